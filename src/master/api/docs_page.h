// The API's description as a page for people: /docs. It needs no script and nothing from elsewhere.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "net/route.h"

namespace goetia {

std::string docs_page(const Json& openapi);

// GET /docs and its style sheet.
std::vector<Route> docs_routes(std::shared_ptr<const std::string> page);

}  // namespace goetia
