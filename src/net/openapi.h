// The OpenAPI 3.1 document of a list of routes.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "net/route.h"

namespace goetia {

Json openapi_document(const std::vector<Route>& routes, const std::string& title, const std::string& version);

// A schema of fields, and a type of values, as JSON Schema.
Json json_schema_of(const Schema& schema);
Json json_form_of(ParamType type);

}  // namespace goetia
