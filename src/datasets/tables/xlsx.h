// Read-only parser for a sheet of a workbook, limited to what image tables need of Office Open XML: shared and inline
// strings, numbers, dates (as ISO 8601), booleans and the stored results of formulas. No formula is computed, no macro
// or link is followed, nothing outside the file is accessed.
#pragma once

#include <string>
#include <string_view>

#include "datasets/tables/sheet.h"

namespace goetia {

// An empty `sheet_name` means the first sheet. `file` is only used in messages.
Result<ReadSheet> parse_xlsx(std::string_view bytes, const std::string& file, const std::string& sheet_name = {});

}  // namespace goetia
