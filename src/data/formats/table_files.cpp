#include "data/formats/table_files.h"

#include <algorithm>

#include "base/nearest.h"
#include "data/decode/decode.h"
#include "data/formats/classes.h"
#include "data/formats/roots.h"
#include "data/formats/table_rows.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kLookedAt = 100;

// Calls literal(text) and column(name) for the parts of "{id}_*.png" in turn.
template <class Literal, class Column>
void for_each_part(std::string_view pattern, Literal&& literal, Column&& column) {
    while (!pattern.empty()) {
        const std::size_t open = pattern.find('{');
        const std::size_t close = open == std::string_view::npos ? open : pattern.find('}', open);
        if (close == std::string_view::npos) return literal(pattern);
        if (open > 0) literal(pattern.substr(0, open));
        column(std::string(pattern.substr(open + 1, close - open - 1)));
        pattern.remove_prefix(close + 1);
    }
}

// The row's pattern, in which \x01 stands for '*': a cell may hold a star of its own.
constexpr char kAny = '\x01';

std::string pattern_of(const Sheet& sheet, const SheetRow& row, std::string_view pattern) {
    std::string filled;
    for_each_part(
        pattern,
        [&](std::string_view text) {
            for (const char letter : text) filled += letter == '*' ? kAny : letter;
        },
        [&](const std::string& column) { filled += cell_of(sheet, row, column); });
    return filled;
}

bool fits(std::string_view name, std::string_view pattern, char any) {
    std::size_t at = 0, of = 0, star = std::string_view::npos, retry = 0;
    while (at < name.size()) {
        if (of < pattern.size() && pattern[of] == any) {
            star = of++;
            retry = at;
        } else if (of < pattern.size() && pattern[of] == name[at]) {
            ++at, ++of;
        } else if (star != std::string_view::npos && name[retry] != '/') {
            at = ++retry;
            of = star + 1;
        } else {
            return false;
        }
    }
    while (of < pattern.size() && pattern[of] == any) ++of;
    return of == pattern.size();
}

}  // namespace

bool fits_pattern(std::string_view name, std::string_view pattern) { return fits(name, pattern, '*'); }

std::vector<Fault> missing_columns(const Sheet& sheet, const TableFiles& files) {
    std::vector<Fault> faults;
    const auto check = [&](const char* path, const std::string& name) {
        if (sheet.column(name)) return;
        faults.push_back({.path = path,
                          .file = sheet.file,
                          .message = "the table has no such column",
                          .found = fmt::format("'{}'", name),
                          .allowed = some_of(sheet.header),
                          .nearest = nearest_name(name, sheet.header)});
    };
    if (files.pattern.empty()) check("dataset.image_column", files.column);
    for_each_part(
        files.pattern, [](std::string_view) {},
        [&](const std::string& column) { check("dataset.image_pattern", column); });
    return faults;
}

PictureFinder::PictureFinder(const Sheet& sheet, TableFiles files, std::vector<fs::path> folders,
                             std::vector<Finding>& findings)
    : sheet_(sheet), files_(std::move(files)), folders_(std::move(folders)), findings_(findings) {
    if (!files_.pattern.empty()) list_pictures();
}

void PictureFinder::finding(FindingKind kind, int line, std::string id, std::string found, std::string fix) {
    findings_.push_back({.kind = kind,
                         .file = sheet_.file,
                         .line = line,
                         .id = std::move(id),
                         .found = std::move(found),
                         .fix = std::move(fix)});
}

void PictureFinder::list_pictures() {
    for (std::uint32_t root = 0; root < folders_.size(); ++root) {
        std::error_code code;
        fs::recursive_directory_iterator entry(folders_[root], fs::directory_options::follow_directory_symlink, code);
        for (; !code && entry != fs::recursive_directory_iterator(); entry.increment(code)) {
            std::error_code no_matter;
            if (!has_image_extension(entry->path()) || entry->is_directory(no_matter)) continue;
            listed_.push_back({entry->path().lexically_relative(folders_[root]).native(), root, 0});
        }
        if (code)
            finding(FindingKind::kMissingFile, 0, {},
                    fmt::format("the folder '{}' cannot be listed: {}", folders_[root].native(), code.message()),
                    "correct image_dir, or make the folder readable");
    }
    std::ranges::stable_sort(listed_, {}, &Listed::name);
}

std::vector<AnnotatedImage> PictureFinder::pictures(const SheetRow& row, const AnnotatedImage& image) {
    return files_.pattern.empty() ? by_column(row, image) : by_pattern(row, image);
}

std::vector<AnnotatedImage> PictureFinder::by_column(const SheetRow& row, AnnotatedImage image) {
    const std::string cell(cell_of(sheet_, row, files_.column));
    const std::string column =
        fmt::format("column {} '{}'", column_letters(sheet_.column(files_.column).value_or(0)), files_.column);
    if (cell.empty()) {
        finding(FindingKind::kBadSyntax, row.line, {}, column + " is empty", "write the picture's name");
        return {};
    }
    if (cell.find('\\') != std::string::npos) {
        finding(FindingKind::kBadSyntax, row.line, cell, fmt::format("{} holds '{}' with a backslash", column, cell),
                "write '/' between folder and file");
        return {};
    }
    image.name = cell + files_.suffix;
    const auto [known, is_new] = claimed_.emplace(image.name, row.line);
    if (!is_new) {
        finding(FindingKind::kDuplicateId, row.line, image.name,
                fmt::format("{} names '{}', which row {} names already", column, image.name, known->second),
                "keep one of the two rows");
        return {};
    }
    // One missing file among many is not looked for here: that costs a look at each.
    image.root = first_root_with(folders_, image.name);
    return {std::move(image)};
}

bool PictureFinder::claim(Listed& picture, const SheetRow& row) {
    if (picture.line == 0) {
        picture.line = row.line;
        return true;
    }
    finding(FindingKind::kDuplicateId, row.line, picture.name,
            fmt::format("the picture '{}' belongs to this row and to row {}", picture.name, picture.line),
            "make dataset.image_pattern so that it tells the rows apart");
    return false;
}

std::vector<AnnotatedImage> PictureFinder::by_pattern(const SheetRow& row, const AnnotatedImage& image) {
    const std::string pattern = pattern_of(sheet_, row, files_.pattern);
    const std::string_view beginning = std::string_view(pattern).substr(0, pattern.find(kAny));
    std::vector<AnnotatedImage> found;
    bool any = false;
    for (auto one = std::ranges::lower_bound(listed_, beginning, {}, &Listed::name);
         one != listed_.end() && one->name.starts_with(beginning); ++one) {
        if (!fits(one->name, pattern, kAny)) continue;
        any = true;
        if (!claim(*one, row)) continue;
        AnnotatedImage& mine = found.emplace_back(image);
        mine.name = one->name;
        mine.root = one->root;
    }
    if (any) return found;
    std::string told = pattern;
    std::ranges::replace(told, kAny, '*');
    Finding none{.kind = FindingKind::kMissingFile, .file = sheet_.file, .line = row.line, .id = told};
    none.found = fmt::format("no picture is called '{}'", told);
    none.fix = "add the pictures, take the row out, or correct dataset.image_pattern";
    none.severity = Severity::kWarning;
    findings_.push_back(std::move(none));
    return {};
}

void PictureFinder::finish(const std::vector<AnnotatedImage>& images) {
    if (!files_.pattern.empty()) {
        const auto left = std::ranges::count(listed_, 0, &Listed::line);
        if (images.empty())
            finding(FindingKind::kMissingFile, 0, {},
                    fmt::format("none of {} pictures fits '{}'", listed_.size(), files_.pattern),
                    "correct dataset.image_pattern or dataset.image_dir");
        else if (left > 0) {
            finding(FindingKind::kUnlabelled, 0, {},
                    fmt::format("{} pictures belong to no row, the first is '{}'", left,
                                std::ranges::find(listed_, 0, &Listed::line)->name),
                    "add rows for them, or leave them out on purpose");
            findings_.back().severity = Severity::kNote;
        }
        return;
    }
    const std::size_t count = std::min(images.size(), kLookedAt);
    for (std::size_t i = 0; i < count; ++i) {
        std::error_code code;
        if (fs::exists(folders_[images[i].root] / images[i].name, code)) return;
    }
    if (count == 0) return;
    finding(FindingKind::kMissingFile, images[0].place.line, images[0].name,
            fmt::format("none of the first {} pictures exists, the first would be '{}'", count,
                        (folders_[0] / images[0].name).native()),
            "correct dataset.image_dir, dataset.data_root or dataset.image_suffix");
}

}  // namespace goetia
