// A table as texts by row and column, whatever kind of file it came from.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "datasets/validation/finding.h"

namespace goetia {

struct SheetRow {
    int line = 0;  // where the row begins: the text's line in a CSV file, the row's number in a workbook
    std::vector<std::string> cells;
};

struct Sheet {
    std::string file;
    std::vector<std::string> header;  // the first row that is not empty
    std::vector<SheetRow> rows;       // each as long as the header

    // Where a column of this name is.
    [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const;
};

struct ReadSheet {
    Sheet sheet;
    std::vector<Finding> findings;  // rows that cannot be taken as they stand are left out of `sheet` and stand here
};

struct SheetOptions {
    char separator = 0;      // of a CSV file; 0: the one among , ; tab | that the first line has most of
    std::string sheet_name;  // of a workbook; empty: the first
};

// By its ending: .xlsx, .xlsm or .xls.
bool is_workbook(const std::filesystem::path& file);

// A .xlsx file as a workbook, anything else as CSV. An error only where nothing of it can be read.
Result<ReadSheet> read_sheet(const std::filesystem::path& file, const SheetOptions& options = {});

// Rows without a cell that says something are passed over.
void drop_empty(std::vector<SheetRow>& rows);

// Takes the first row as the header and evens the others out: what reading each kind of file ends with.
void take_header(ReadSheet& read, std::vector<SheetRow> rows);

// "A", "Z", "AA": what a spreadsheet calls its columns.
std::string column_letters(std::size_t column);

}  // namespace goetia
