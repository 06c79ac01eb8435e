// A list as CSV: every row that a filter finds, with the fields that are asked for.
#pragma once

#include <functional>

#include "master/store/list_table.h"

namespace goetia {

// One field of a CSV file. A text that a spreadsheet would take for a formula gets an apostrophe before it.
std::string csv_cell(const ListValue& value);

// A header, then the rows in the order of the query, page by page; `write` receives pieces as they are made. A row
// whose field has several values shows them joined by ';'. The query's limit and cursor are not used.
Status write_csv(const ListTable& table, ListQuery query, const std::vector<std::string>& fields,
                 const std::function<Status(std::string_view)>& write);

}  // namespace goetia
