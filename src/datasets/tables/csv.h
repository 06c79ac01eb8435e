// CSV as in RFC 4180 and as spreadsheets actually write it: a byte-order mark, any of , ; tab | as the separator, CRLF,
// LF or CR, quoted cells that contain separators, line breaks and doubled quotes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "datasets/tables/sheet.h"

namespace goetia {

// `file` is only used in messages. Blanks around a cell belong to it. Empty lines are skipped.
ReadSheet parse_csv(std::string_view text, std::string file, char separator = 0);

// One line ending in CRLF, which parse_csv() reads back as the same cells.
std::string csv_line(const std::vector<std::string>& cells);

}  // namespace goetia
