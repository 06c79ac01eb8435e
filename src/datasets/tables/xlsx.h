// A workbook's sheet, read only: what a table of pictures needs of Office Open XML. Shared and inline strings, numbers,
// dates (as ISO 8601), true and false, the stored results of formulas; no formula is computed, no macro or link is
// followed, nothing outside the file is looked at.
#pragma once

#include <string>
#include <string_view>

#include "datasets/tables/sheet.h"

namespace goetia {

// `sheet_name` empty: the first. `file` is only for messages.
Result<ReadSheet> parse_xlsx(std::string_view bytes, const std::string& file, const std::string& sheet_name = {});

}  // namespace goetia
