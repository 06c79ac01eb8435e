#include "datasets/tables/sheet.h"

#include <algorithm>
#include <cctype>
#include <cstdint>

#include "base/files.h"
#include "datasets/formats/lines.h"
#include "datasets/tables/csv.h"
#include "datasets/tables/xlsx.h"

namespace goetia {
namespace {

void check_names(ReadSheet& read, int line) {
    const auto& names = read.sheet.header;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i].empty() || std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) ==
                                    names.begin() + static_cast<std::ptrdiff_t>(i))
            continue;
        read.findings.push_back({.kind = FindingKind::kBadSyntax,
                                 .file = read.sheet.file,
                                 .line = line,
                                 .found = fmt::format("two columns are named '{}'", names[i]),
                                 .fix = "give each column a unique name"});
    }
}

}  // namespace

std::optional<std::size_t> Sheet::column(std::string_view name) const {
    const auto found = std::ranges::find(header, name);
    if (found == header.end()) return std::nullopt;
    return static_cast<std::size_t>(found - header.begin());
}

void drop_empty(std::vector<SheetRow>& rows) {
    std::erase_if(rows, [](const SheetRow& row) { return std::ranges::all_of(row.cells, &std::string::empty); });
}

void take_header(ReadSheet& read, std::vector<SheetRow> rows) {
    drop_empty(rows);
    if (rows.empty()) {
        read.findings.push_back({.kind = FindingKind::kBadSyntax,
                                 .file = read.sheet.file,
                                 .found = "the table is empty",
                                 .fix = "add a first row with column names and a row per sample"});
        return;
    }
    SheetRow first = std::move(rows.front());
    rows.erase(rows.begin());
    while (!first.cells.empty() && first.cells.back().empty()) first.cells.pop_back();
    for (std::string& name : first.cells) read.sheet.header.emplace_back(trimmed(name));
    check_names(read, first.line);
    const std::size_t columns = read.sheet.header.size();
    for (SheetRow& row : rows) {
        while (row.cells.size() > columns && row.cells.back().empty()) row.cells.pop_back();
        if (row.cells.size() > columns) {
            read.findings.push_back({.kind = FindingKind::kBadSyntax,
                                     .file = read.sheet.file,
                                     .line = row.line,
                                     .found = fmt::format("the row has {} cells, the first row names {} columns",
                                                          row.cells.size(), columns),
                                     .fix = "quote cells that hold the separator, or name every column"});
            continue;
        }
        row.cells.resize(columns);
        read.sheet.rows.push_back(std::move(row));
    }
}

std::string column_letters(std::size_t column) {
    std::string letters;
    for (std::size_t rest = column + 1; rest > 0; rest = (rest - 1) / 26)
        letters.insert(letters.begin(), static_cast<char>('A' + (rest - 1) % 26));
    return letters;
}

bool is_workbook(const std::filesystem::path& file) {
    std::string extension = file.extension().native();
    std::ranges::transform(extension, extension.begin(), [](unsigned char letter) { return std::tolower(letter); });
    return extension == ".xlsx" || extension == ".xlsm" || extension == ".xls";
}

Result<ReadSheet> read_sheet(const std::filesystem::path& file, const SheetOptions& options) {
    GOETIA_ASSIGN(const std::string bytes, read_file(file));
    if (is_workbook(file)) return parse_xlsx(bytes, file.native(), options.sheet_name);
    if (!options.sheet_name.empty())
        return invalid("'{}' is not a workbook and has no sheet '{}'; omit dataset.sheet", file.native(),
                       options.sheet_name);
    return parse_csv(bytes, file.native(), options.separator);
}

}  // namespace goetia
