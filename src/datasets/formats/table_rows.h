// What the rows of a table say of their pictures: class or numbers, subject and split, each cell checked.
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

// The columns by name; empty where the table has none of this kind.
struct TableColumns {
    std::string label;
    std::vector<std::string> targets;
    std::string subject;
    std::string split;
    char decimal = '.';  // how the numbers are written
};

// The classes of tables without a classes file: "0" to the highest number when every label is one (`count` says how
// many there must be), else the labels' sorted names.
std::vector<std::string> classes_of(const std::vector<const Sheet*>& sheets, const std::string& label,
                                    std::optional<std::int64_t> count);

// A row as an image without name.
struct TableRow {
    AnnotatedImage image;
    bool good = true;  // else findings were added, and the row is none of the set
};

// Nothing for a row of another split. `unlabelled_ok`: a row may be without label or numbers (a test split).
class TableRows {
  public:
    TableRows(const Sheet& sheet, const TableColumns& columns, const std::vector<std::string>& classes,
              bool unlabelled_ok, std::vector<Finding>& findings);

    std::optional<TableRow> read(const SheetRow& row, Split split);

  private:
    [[nodiscard]] bool in_split(const SheetRow& row, Split split, bool& good);
    std::int64_t label(const SheetRow& row, bool& good);
    // Once for each cell that says a class by its synset alone.
    void note_short_name(const SheetRow& row, const std::string& cell, const std::string& whole);
    std::vector<double> values(const SheetRow& row, bool& good);

    const Sheet& sheet_;
    const TableColumns& columns_;
    const std::vector<std::string>& classes_;
    std::map<std::string, std::int64_t> numbers_;  // of the classes
    std::set<std::string> noted_;
    bool unlabelled_ok_;
    SheetFindings findings_;
};

// "train", "val" or "test" as people write them: training, valid, validation, dev, testing, in any case.
std::optional<Split> split_from_cell(std::string_view text);

}  // namespace goetia
