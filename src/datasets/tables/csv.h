// Comma-separated values as RFC 4180 says, and as spreadsheets really write them: a byte-order mark, any of , ; tab |
// as the separator, CRLF, LF or CR, quoted cells with separators, line breaks and doubled quotes in them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "datasets/tables/sheet.h"

namespace goetia {

// `file` is only for messages. Blanks around a cell belong to it. Lines without a cell are passed over.
ReadSheet parse_csv(std::string_view text, std::string file, char separator = 0);

// One line, ended by CRLF: what parse_csv() reads back as the same cells.
std::string csv_line(const std::vector<std::string>& cells);

}  // namespace goetia
