// What every list of the API takes and answers: a page of items as JSON or CSV.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "master/store/list_query.h"
#include "net/route.h"

namespace goetia {

// Adds limit, cursor, sort, q, fields and format to what the route takes.
Route&& as_list(Route&& route);

Result<ListQuery> list_query_of(const RouteCall& call, const ListFields& fields);

// By the parameter `format`, or the header Accept.
bool wants_csv(const RouteCall& call);

struct ListedItems {
    std::vector<Json> items;
    std::size_t total = 0;
    std::string next;                  // empty: the last page
    std::vector<std::string> columns;  // of the CSV, unless the caller names fields
};
HttpResponse list_response(const RouteCall& call, const ListedItems& list);

// A page of what is few enough to be listed at once, by the fields that are to be filtered and sorted by.
Result<HttpResponse> short_list(const RouteCall& call, const std::vector<Json>& all, const ListFields& fields,
                                std::vector<std::string> columns);

// A field of a CSV file: a text as `csv_cell` has it, anything else as JSON.
std::string csv_value(const Json& value);

}  // namespace goetia
