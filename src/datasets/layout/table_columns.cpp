#include "datasets/layout/table_columns.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include <fmt/ranges.h>

#include "datasets/layout/folder_view.h"

namespace goetia {
namespace {

using Names = std::set<std::string>;

const Names kImageNames{"image",     "images",    "img",     "file",    "filename", "filepath", "path",
                        "imagepath", "imagefile", "imgpath", "picture", "photo",    "imagename"};
const Names kSubjectNames{"subject",  "subjectid", "patient",     "patientid",  "person",
                          "personid", "subjects",  "participant", "individual", "participantid"};
const Names kSplitNames{"split", "subset", "partition", "set"};
const Names kLabelNames{"label",   "labels", "class",     "classname",  "classid",  "category",
                        "species", "breed",  "labelname", "classlabel", "diagnosis"};
// Numbers about a row or its file, not about what the image shows.
const Names kIgnoredNames{"", "index", "id", "idx", "row", "unnamed0", "width", "height", "filesize"};

constexpr std::size_t kProbed = 200;

// Visits the first cells of a column that are not empty until one is refused.
template <class Accepts>
bool all_cells(const Sheet& sheet, std::size_t column, Accepts&& accepts) {
    std::size_t seen = 0;
    for (const SheetRow& row : sheet.rows) {
        if (row.cells[column].empty()) continue;
        if (!accepts(row.cells[column])) return false;
        if (++seen == kProbed) break;
    }
    return seen > 0;
}

std::optional<double> as_number(const std::string& cell) {
    double value = 0;
    const auto [end, code] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (code != std::errc() || end != cell.data() + cell.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

bool is_numeric(const Sheet& sheet, std::size_t column) {
    return all_cells(sheet, column, [](const std::string& cell) { return as_number(cell).has_value(); });
}

// Of 0 and 1, or -1 and 1.
bool says_whether(const Sheet& sheet, std::size_t column) {
    return all_cells(sheet, column, [](const std::string& cell) { return cell == "0" || cell == "1" || cell == "-1"; });
}

bool has_fractions(const Sheet& sheet, std::size_t column) {
    return is_numeric(sheet, column) && !all_cells(sheet, column, [](const std::string& cell) {
               const double value = *as_number(cell);
               return value == std::floor(value);
           });
}

// Whether most of the first cells are images of one place.
std::optional<ImagePlace> images_of_column(const Sheet& sheet, std::size_t column, const FindImage& find_image) {
    constexpr std::size_t kImagesProbed = 10;
    std::size_t seen = 0, found = 0;
    std::optional<ImagePlace> place;
    for (const SheetRow& row : sheet.rows) {
        if (row.cells[column].empty()) continue;
        if (seen == kImagesProbed || (seen == 3 && found == 0)) break;
        ++seen;
        if (auto own = find_image(row.cells[column])) {
            ++found;
            if (!place) place = std::move(own);
        }
    }
    return found * 2 > seen ? place : std::nullopt;
}

Status add_answer(const Sheet& sheet, const std::vector<std::size_t>& rest, ColumnRoles& roles) {
    const auto name = [&](std::size_t column) { return sheet.header[column]; };
    for (const std::size_t column : rest) {
        if (!kLabelNames.contains(plain_name(name(column)))) continue;
        if (has_fractions(sheet, column)) roles.targets.push_back(column);
        else if (!roles.label) roles.label = column;
    }
    if (roles.label) return roles.targets.clear(), Status();
    if (!roles.targets.empty()) return {};
    std::vector<std::string> texts, numbers;
    for (const std::size_t column : rest) {
        if (is_numeric(sheet, column)) numbers.push_back(name(column)), roles.targets.push_back(column);
        else texts.push_back(name(column)), roles.label = column;
    }
    if (texts.size() == 1 && numbers.empty()) return {};
    if (texts.empty() && !numbers.empty()) {
        roles.are_classes = numbers.size() > 1 && std::ranges::all_of(roles.targets, [&](std::size_t column) {
                                return says_whether(sheet, column);
                            });
        return roles.label.reset(), Status();
    }
    if (texts.empty())
        return invalid("beside the images it has no column to predict; add a column 'label', or one of numbers");
    texts.insert(texts.end(), numbers.begin(), numbers.end());
    return invalid(
        "which of its columns '{}' is to be predicted is not certain; say it with --format table --parameters "
        "'{{\"label_column\": ...}}' or '{{\"target_columns\": ...}}'",
        fmt::join(texts, "', '"));
}

}  // namespace

Result<ColumnRoles> column_roles(const Sheet& sheet, const FindImage& find_image) {
    ColumnRoles roles;
    std::optional<ImagePlace> place;
    // Columns that are called so first.
    for (const bool named : {true, false}) {
        for (std::size_t i = 0; i < sheet.header.size() && !place; ++i) {
            if (kImageNames.contains(plain_name(sheet.header[i])) != named) continue;
            place = images_of_column(sheet, i, find_image);
            roles.image = i;
        }
    }
    if (!place) return not_found("no column names images that exist");
    roles.prefix = place->folder, roles.suffix = place->suffix;
    std::vector<std::size_t> rest;
    for (std::size_t i = 0; i < sheet.header.size(); ++i) {
        const std::string name = plain_name(sheet.header[i]);
        if (i == roles.image || kIgnoredNames.contains(name)) continue;
        if (kSubjectNames.contains(name) && !roles.subject) roles.subject = i;
        else if (kSplitNames.contains(name) && !roles.split) roles.split = i;
        else rest.push_back(i);
    }
    GOETIA_TRY(add_answer(sheet, rest, roles));
    return roles;
}

}  // namespace goetia
