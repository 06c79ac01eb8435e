// One field of a list as CSV.
#pragma once

#include "master/store/list_query.h"

namespace goetia {

// As RFC 4180 has it. A text that a spreadsheet would take for a formula gets an apostrophe before it.
std::string csv_cell(const ListValue& value);

}  // namespace goetia
