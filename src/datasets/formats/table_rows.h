// Parses the rows of a table: class or numbers, subject and split, with a check of each cell.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "datasets/annotated_set.h"
#include "datasets/dataset.h"
#include "datasets/formats/table_cells.h"

namespace goetia {

// Column names; empty if the table has none of this kind.
struct TableColumns {
    std::string label;
    std::vector<std::string> targets;  // of numbers, or of 0 and 1 for each class
    bool is_class_columns = false;     // the latter
    std::string label_separator;       // between the classes of a label cell; empty: one class
    std::string subject;
    std::string split;
    char decimal = '.';  // decimal separator
};

// The classes of tables without a classes file: "0" to the highest number if all labels are numbers (`count` sets how
// many), else the sorted label names. `separator`: between several of a cell, empty for one.
std::vector<std::string> classes_of(const std::vector<const Sheet*>& sheets, const std::string& label,
                                    const std::string& separator, std::optional<std::int64_t> count);
// The classes that a cell names.
std::vector<std::string_view> classes_in(std::string_view cell, const std::string& separator);

// A row as an image without a name.
struct TableRow {
    AnnotatedImage image;
    bool good = true;  // else findings were added, and the row is skipped
};

// read() returns nothing for a row of another split. `allow_unlabelled`: rows may lack label or numbers (a test split).
class TableRows {
  public:
    TableRows(const Sheet& sheet, const TableColumns& columns, const std::vector<std::string>& classes,
              bool allow_unlabelled, std::vector<Finding>& findings);

    std::optional<TableRow> read(const SheetRow& row, Split split);

  private:
    [[nodiscard]] bool in_split(const SheetRow& row, Split split, bool& good);
    std::int64_t label(const SheetRow& row, bool& good);
    std::int64_t class_number(const SheetRow& row, const std::string& cell, bool& good);
    // Once per class that cells refer to by its synset alone.
    void note_short_name(const SheetRow& row, const std::string& cell, const std::string& whole);
    std::vector<double> values(const SheetRow& row, bool& good);
    std::optional<double> value(const std::string& cell) const;
    std::vector<double> memberships(const SheetRow& row, bool& good);

    const Sheet& sheet_;
    const TableColumns& columns_;
    const std::vector<std::string>& classes_;
    std::map<std::string, std::int64_t> numbers_;  // of the classes
    std::set<std::string> noted_;
    bool allow_unlabelled_;
    SheetFindings findings_;
};

// "train", "val" or "test" as commonly written: training, valid, validation, dev, testing, in any case.
std::optional<Split> split_from_cell(std::string_view text);

}  // namespace goetia
