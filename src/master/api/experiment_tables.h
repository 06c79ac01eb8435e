// What a list of experiments answers: chosen fields, and CSV of every row.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "master/store/list_table.h"
#include "net/http.h"

namespace goetia {

// `id` and the fields: "name", "metrics", "metrics.val/loss", "metrics.val/loss.best", "config", "config.optimizer.lr".
// Names of metrics and keys of configs hold dots themselves, so they are looked up whole.
Json chosen_fields_of(const Json& experiment, const std::vector<std::string>& fields);

// Made while it is sent, page by page.
Result<HttpResponse> experiments_csv_response(const ListTable& table, ListQuery query, std::vector<std::string> fields);

}  // namespace goetia
