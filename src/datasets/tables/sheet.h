// A table as strings by row and column, whatever file it came from.
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
    int line = 0;  // line of a CSV file, row number of a workbook
    std::vector<std::string> cells;
};

struct Sheet {
    std::string file;
    std::vector<std::string> header;  // the first non-empty row
    std::vector<SheetRow> rows;       // each as long as the header

    // The index of a column by name.
    [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const;
};

struct ReadSheet {
    Sheet sheet;
    std::vector<Finding> findings;  // rows that cannot be used are skipped in `sheet` and reported here
};

struct SheetOptions {
    char separator = 0;      // of a CSV file; 0: the most frequent of , ; tab | in the first line
    std::string sheet_name;  // of a workbook; empty: the first
};

// By extension: .xlsx, .xlsm or .xls.
bool is_workbook(const std::filesystem::path& file);

// Reads a .xlsx file as a workbook, anything else as CSV. Fails only if nothing can be read.
Result<ReadSheet> read_sheet(const std::filesystem::path& file, const SheetOptions& options = {});

// Removes rows whose cells are all empty.
void drop_empty(std::vector<SheetRow>& rows);

// Uses the first row as the header and brings the others to its length: the last step for every kind of file.
void take_header(ReadSheet& read, std::vector<SheetRow> rows);

// "A", "Z", "AA": column names of spreadsheets.
std::string column_letters(std::size_t column);

}  // namespace goetia
