// The cells of a parsed sheet, row by row.
#pragma once

#include <string>
#include <vector>

#include "datasets/tables/sheet.h"

namespace goetia::testkit {

using Cells = std::vector<std::string>;

// The header comes first.
inline std::vector<Cells> cells_of(const ReadSheet& read) {
    std::vector<Cells> all{read.sheet.header};
    for (const SheetRow& row : read.sheet.rows) all.push_back(row.cells);
    return all;
}

}  // namespace goetia::testkit
