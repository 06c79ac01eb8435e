#include "datasets/formats/table_cells.h"

#include "base/nearest.h"
#include "datasets/formats/classes.h"
#include "datasets/formats/lines.h"

namespace goetia {

std::string_view cell_of(const Sheet& sheet, const SheetRow& row, std::string_view column) {
    const auto place = sheet.column(column);
    return place ? trimmed(row.cells[*place]) : std::string_view();
}

void need_column(const Sheet& sheet, const std::string& path, const std::string& column, std::vector<Fault>& faults) {
    if (sheet.column(column)) return;
    faults.push_back({.path = path,
                      .file = sheet.file,
                      .message = "the table has no such column",
                      .found = fmt::format("'{}'", column),
                      .allowed = some_of(sheet.header),
                      .nearest = nearest_name(column, sheet.header)});
}

Finding& SheetFindings::add(FindingKind kind, int line, std::string id, std::string found, std::string fix) {
    findings_.push_back({.kind = kind,
                         .file = sheet_.file,
                         .line = line,
                         .id = std::move(id),
                         .found = std::move(found),
                         .fix = std::move(fix)});
    return findings_.back();
}

Finding& SheetFindings::add_cell(FindingKind kind, const SheetRow& row, std::string_view column, std::string_view found,
                                 std::string fix) {
    const std::string letters = column_letters(sheet_.column(column).value_or(0));
    return add(kind, row.line, {}, fmt::format("column {} '{}' {}", letters, column, found), std::move(fix));
}

}  // namespace goetia
