#include "datasets/formats/table_rows.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>

#include "base/nearest.h"
#include "datasets/formats/classes.h"
#include "datasets/formats/lines.h"

namespace goetia {
namespace {

constexpr std::int64_t kMostUnnamedClasses =
    100'000;  // for tables without a classes file: a larger number is not a label

std::optional<double> real_number(std::string text, char decimal) {
    if (decimal != '.') {
        if (text.find('.') != std::string::npos) return std::nullopt;
        std::ranges::replace(text, decimal, '.');
    }
    const std::string_view digits = std::string_view(text).substr(text.starts_with('+') ? 1 : 0);
    double value = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (code != std::errc() || end != digits.data() + digits.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

// Error values that a spreadsheet writes where a formula failed.
bool is_formula_error(std::string_view text) {
    constexpr std::array<std::string_view, 7> kErrors{"#N/A",   "#REF!",  "#DIV/0!", "#VALUE!",
                                                      "#NAME?", "#NULL!", "#NUM!"};
    return std::ranges::find(kErrors, text) != kErrors.end();
}

}  // namespace

std::vector<std::string_view> classes_in(std::string_view cell, const std::string& separator) {
    if (separator.empty()) return {cell};
    std::vector<std::string_view> names;
    while (!cell.empty()) {
        const std::size_t end = cell.find(separator);
        const std::string_view name = trimmed(cell.substr(0, end));
        if (!name.empty()) names.push_back(name);
        cell = end == std::string_view::npos ? std::string_view() : cell.substr(end + separator.size());
    }
    return names;
}

std::vector<std::string> classes_of(const std::vector<const Sheet*>& sheets, const std::string& label,
                                    const std::string& separator, std::optional<std::int64_t> count) {
    std::set<std::string> names;
    std::int64_t highest = -1;
    bool all_numbers = true;
    for (const Sheet* sheet : sheets) {
        for (const SheetRow& row : sheet->rows) {
            for (const std::string_view name : classes_in(cell_of(*sheet, row, label), separator)) {
                if (name.empty() || is_formula_error(name) || !names.emplace(name).second) continue;
                const auto number = as_integer(name);
                all_numbers = all_numbers && number && *number >= 0 && *number < kMostUnnamedClasses;
                highest = std::max(highest, number.value_or(-1));
            }
        }
    }
    if (!all_numbers) return {names.begin(), names.end()};
    std::vector<std::string> numbers;
    for (std::int64_t i = 0; i < count.value_or(highest + 1); ++i) numbers.push_back(std::to_string(i));
    return numbers;
}

std::optional<Split> split_from_cell(std::string_view text) {
    std::string name(text);
    std::ranges::transform(name, name.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 'a' - 'A') : letter;
    });
    struct Spelling {
        std::string_view name;
        Split split;
    };
    constexpr std::array kSpellings{
        Spelling{"train", Split::kTrain}, Spelling{"training", Split::kTrain}, Spelling{"val", Split::kVal},
        Spelling{"valid", Split::kVal},   Spelling{"validation", Split::kVal}, Spelling{"dev", Split::kVal},
        Spelling{"test", Split::kTest},   Spelling{"testing", Split::kTest},   Spelling{"训练", Split::kTrain},
        Spelling{"验证", Split::kVal},    Spelling{"测试", Split::kTest}};
    const auto found = std::ranges::find(kSpellings, name, &Spelling::name);
    if (found == kSpellings.end()) return std::nullopt;
    return found->split;
}

TableRows::TableRows(const Sheet& sheet, const TableColumns& columns, const std::vector<std::string>& classes,
                     bool allow_unlabelled, std::vector<Finding>& findings)
    : sheet_(sheet),
      columns_(columns),
      classes_(classes),
      numbers_(numbers_by_name(classes)),
      allow_unlabelled_(allow_unlabelled),
      findings_(sheet, findings) {}

bool TableRows::in_split(const SheetRow& row, Split split, bool& good) {
    if (columns_.split.empty()) return true;
    const std::string_view cell = cell_of(sheet_, row, columns_.split);
    const auto named = split_from_cell(cell);
    if (named) return *named == split;
    good = false;
    findings_.add_cell(FindingKind::kBadSyntax, row, columns_.split,
                       fmt::format("contains '{}', which is not a split", cell), "write train, val or test");
    return true;
}

void TableRows::note_short_name(const SheetRow& row, const std::string& cell, const std::string& whole) {
    if (cell == whole || !noted_.insert(cell).second) return;
    Finding& note = findings_.add_cell(FindingKind::kUnknownClass, row, columns_.label,
                                       fmt::format("contains '{}', which is read as the class '{}'", cell, whole),
                                       "no action needed if this is intended");
    note.severity = Severity::kNote;
}

std::int64_t TableRows::label(const SheetRow& row, bool& good) {
    const std::string cell(cell_of(sheet_, row, columns_.label));
    if (cell.empty()) {
        if (allow_unlabelled_) return -1;
        good = false;
        findings_.add_cell(FindingKind::kUnlabelled, row, columns_.label, "is empty", "enter the class of the image");
        return -1;
    }
    return class_number(row, cell, good);
}

std::int64_t TableRows::class_number(const SheetRow& row, const std::string& cell, bool& good) {
    if (const auto known = numbers_.find(cell); known != numbers_.end()) {
        note_short_name(row, cell, classes_[static_cast<std::size_t>(known->second)]);
        return known->second;
    }
    const auto number = as_integer(cell);
    if (number && *number >= 0 && *number < static_cast<std::int64_t>(classes_.size())) return *number;
    if (classes_.empty()) return -1;  // reported for the classes file, not for each row
    good = false;
    const std::string near = number ? std::string() : nearest_name(cell, classes_);
    findings_.add_cell(FindingKind::kUnknownClass, row, columns_.label,
                       fmt::format("contains '{}', which is not a class", cell),
                       near.empty() ? fmt::format("use one of {}, or add it to the classes file", some_of(classes_))
                                    : fmt::format("use '{}', or add it to the classes file", near));
    return -1;
}

// A cell of a target; of a class column it is 1 or 0, also written as -1, true and false, yes and no.
std::optional<double> TableRows::value(const std::string& cell) const {
    if (!columns_.is_class_columns) return real_number(cell, columns_.decimal);
    std::string lower = cell;
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 'a' - 'A') : c; });
    if (lower == "true" || lower == "yes") return 1;
    if (lower == "false" || lower == "no") return 0;
    const auto number = real_number(cell, columns_.decimal);
    if (number == -1) return 0;
    return number == 0 || number == 1 ? number : std::nullopt;
}

// 0 or 1 for each class, from one cell that names those the image is of.
std::vector<double> TableRows::memberships(const SheetRow& row, bool& good) {
    const std::string cell(cell_of(sheet_, row, columns_.label));
    if (cell.empty() && allow_unlabelled_) return {};
    std::vector<double> values(classes_.size(), 0);
    for (const std::string_view name : classes_in(cell, columns_.label_separator)) {
        const std::int64_t number = class_number(row, std::string(name), good);
        if (number >= 0) values[static_cast<std::size_t>(number)] = 1;
    }
    return values;
}

std::vector<double> TableRows::values(const SheetRow& row, bool& good) {
    std::vector<double> values;
    std::size_t empty = 0;
    for (const std::string& target : columns_.targets) empty += cell_of(sheet_, row, target).empty() ? 1 : 0;
    if (allow_unlabelled_ && empty == columns_.targets.size()) return values;
    for (const std::string& target : columns_.targets) {
        const std::string cell(cell_of(sheet_, row, target));
        if (const auto number = value(cell)) {
            values.push_back(*number);
            continue;
        }
        good = false;
        if (cell.empty()) {
            findings_.add_cell(FindingKind::kUnlabelled, row, target, "is empty",
                               "enter the number, or remove the row");
            continue;
        }
        if (columns_.is_class_columns) {
            findings_.add_cell(FindingKind::kBadSyntax, row, target,
                               fmt::format("contains '{}', which does not say whether the image is of the class", cell),
                               "enter 1 or 0");
            continue;
        }
        const bool comma = real_number(cell, ',').has_value();
        findings_.add_cell(FindingKind::kBadSyntax, row, target,
                           fmt::format("contains '{}', which is not a number", cell),
                           comma ? "use a decimal point, or set dataset.decimal to ','" : "enter a number such as 3.5");
    }
    return values;
}

std::optional<TableRow> TableRows::read(const SheetRow& row, Split split) {
    TableRow read;
    AnnotatedImage& image = read.image;
    bool& good = read.good;
    if (!in_split(row, split, good)) return std::nullopt;
    image.location.line = row.line;
    if (!columns_.label_separator.empty()) {
        image.values = memberships(row, good);
    } else {
        if (!columns_.label.empty()) image.label = label(row, good);
        image.values = values(row, good);
    }
    if (!columns_.subject.empty()) {
        image.subject = cell_of(sheet_, row, columns_.subject);
        if (image.subject.empty() || is_formula_error(image.subject)) {
            good = false;
            findings_.add_cell(FindingKind::kBadSyntax, row, columns_.subject,
                               image.subject.empty() ? "is empty" : fmt::format("contains '{}'", image.subject),
                               "enter the subject of the image, or omit dataset.subject_column");
        }
    }
    return read;
}

}  // namespace goetia
