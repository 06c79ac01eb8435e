// A table of images: one file with all rows, or one for each split.
#include <algorithm>
#include <map>

#include "datasets/layout/layout.h"
#include "datasets/layout/table_columns.h"

namespace goetia {
namespace {

struct RecognizedTable {
    std::string file;
    Sheet sheet;
    ColumnRoles roles;
};

// Folders that the names of a table may start from: all near the table.
std::vector<std::string> image_folders(const FolderView& view) {
    constexpr std::size_t kSearched = 50;
    std::vector<std::string> folders{""}, own = view.folders();
    for (std::size_t i = 0; i < std::min(own.size(), kSearched); ++i) {
        folders.push_back(own[i]);
        const std::vector<std::string> below = view.folders(own[i]);
        for (std::size_t k = 0; k < std::min(below.size(), kSearched); ++k) folders.push_back(own[i] + "/" + below[k]);
    }
    return folders;
}

Result<RecognizedTable> recognize_file(const FolderView& view, const std::string& file,
                                       const std::vector<std::string>& folders) {
    GOETIA_ASSIGN(ReadSheet read, read_sheet(view.root() / file));
    const auto find_image = [&](const std::string& cell) -> std::optional<ImagePlace> {
        for (const char* suffix : {"", ".jpg", ".png", ".jpeg"}) {
            for (const std::string& folder : folders) {
                if (view.has_file(path_below(folder, cell + suffix))) return ImagePlace{folder, suffix};
            }
        }
        return std::nullopt;
    };
    GOETIA_ASSIGN(ColumnRoles roles, column_roles(read.sheet, find_image));
    return RecognizedTable{file, std::move(read.sheet), std::move(roles)};
}

// The parameters that all splits share.
Json shared_section(const FolderView& view, const RecognizedTable& table) {
    const auto name = [&](std::size_t column) { return table.sheet.header[column]; };
    const ColumnRoles& roles = table.roles;
    Json section = Json::object();
    if (roles.label && view.has_file("classes.txt")) section["classes_file"] = "classes.txt";
    if (name(roles.image) != "image") section["image_column"] = name(roles.image);
    if (!roles.prefix.empty()) section["image_dir"] = roles.prefix;
    if (!roles.suffix.empty()) section["image_suffix"] = roles.suffix;
    if (roles.label) section["label_column"] = name(*roles.label);
    for (const std::size_t target : roles.targets)
        section[roles.are_classes ? "class_columns" : "target_columns"].push_back(name(target));
    if (roles.subject) section["subject_column"] = name(*roles.subject);
    return section;
}

// The names of the columns with the image and with what is to be predicted.
std::vector<std::string> answered_columns(const RecognizedTable& table) {
    std::vector<std::string> names{table.sheet.header[table.roles.image]};
    if (table.roles.label) names.push_back(table.sheet.header[*table.roles.label]);
    for (const std::size_t target : table.roles.targets) names.push_back(table.sheet.header[target]);
    return names;
}

std::string reason_of(const RecognizedTable& table) {
    std::string what = table.roles.label ? fmt::format("class '{}'", table.sheet.header[*table.roles.label])
                                         : std::string(table.roles.are_classes ? "columns of classes" : "numbers");
    for (const std::size_t target : table.roles.targets) what += fmt::format(" '{}'", table.sheet.header[target]);
    return fmt::format("'{}' with images '{}' and {}", table.file, table.sheet.header[table.roles.image], what);
}

Recognition of_splits(const FolderView& view, const std::map<Split, RecognizedTable>& tables) {
    const RecognizedTable& train = tables.at(Split::kTrain);
    Recognition found{shared_section(view, train), {}, {}};
    for (const auto& [split, table] : tables) {
        Json& section = found.section[std::string(split_name(split))];
        section["ann_file"] = table.file;
        if (table.roles.prefix != train.roles.prefix) section["image_dir"] = table.roles.prefix;
        found.reasons.push_back(reason_of(table));
    }
    return found;
}

}  // namespace

Recognition recognize_table(const FolderView& view) {
    std::vector<std::string> files = view.files("", ".csv .tsv .xlsx .xlsm");
    constexpr std::size_t kMostFiles = 20;
    if (files.empty() || files.size() > kMostFiles) return Recognition::refuse("no CSV or XLSX file");
    const std::vector<std::string> folders = image_folders(view);
    std::map<Split, RecognizedTable> splits;
    std::vector<RecognizedTable> alone;
    std::vector<std::string> lacking, with_images;
    for (const std::string& file : files) {
        auto table = recognize_file(view, file, folders);
        if (!table) {
            lacking.push_back(fmt::format("'{}': {}", file, table.error().message));
            if (table.error().code == Code::kInvalid) with_images.push_back(fmt::format("'{}'", file));
            continue;
        }
        const auto split =
            table->roles.split ? std::nullopt : split_in_name(std::filesystem::path(file).stem().native());
        if (!split) alone.push_back(std::move(table).value());
        else if (const auto [first, is_new] = splits.emplace(*split, *table); !is_new)
            return Recognition::refuse(fmt::format("two tables of the {} split, '{}' and '{}'; choose one with "
                                                   "dataset.{}.ann_file",
                                                   split_name(*split), first->second.file, file, split_name(*split)),
                                       {first->second.file, file});
    }
    if (splits.contains(Split::kTrain)) {
        // The columns of the training split are read in the others too.
        const std::vector<std::string> needed = answered_columns(splits.at(Split::kTrain));
        std::erase_if(splits, [&](const auto& one) {
            return std::ranges::any_of(needed, [&](const auto& name) { return !one.second.sheet.column(name); });
        });
        return of_splits(view, splits);
    }
    for (auto& [split, table] : splits) alone.push_back(std::move(table));
    if (alone.empty()) return {nullptr, with_images, lacking};
    if (alone.size() > 1)
        return Recognition::refuse(fmt::format("two tables of images, '{}' and '{}'; choose one with dataset.ann_file",
                                               alone[0].file, alone[1].file),
                                   {alone[0].file, alone[1].file});
    Recognition found{shared_section(view, alone[0]), {reason_of(alone[0])}, {}};
    found.section["ann_file"] = alone[0].file;
    if (alone[0].roles.split) found.section["split_column"] = alone[0].sheet.header[*alone[0].roles.split];
    return found;
}

}  // namespace goetia
