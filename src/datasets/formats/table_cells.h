// Access to the cells of a table, and findings located by row and column.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "datasets/tables/sheet.h"
#include "datasets/validation/finding.h"

namespace goetia {

// The trimmed cell of a column; empty if the table has no such column.
std::string_view cell_of(const Sheet& sheet, const SheetRow& row, std::string_view column);

// Adds a fault at `path` of the configuration if the table lacks the column, with the nearest name it has.
void need_column(const Sheet& sheet, const std::string& path, const std::string& column, std::vector<Fault>& faults);

class SheetFindings {
  public:
    SheetFindings(const Sheet& sheet, std::vector<Finding>& findings) : sheet_(sheet), findings_(findings) {}

    // For a row, or for the whole table with line 0.
    Finding& add(FindingKind kind, int line, std::string id, std::string found, std::string fix);
    // For one cell: "column C 'age' is empty".
    Finding& add_cell(FindingKind kind, const SheetRow& row, std::string_view column, std::string_view found,
                      std::string fix);

  private:
    const Sheet& sheet_;
    std::vector<Finding>& findings_;
};

}  // namespace goetia
