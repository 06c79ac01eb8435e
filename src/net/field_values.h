// The fields of a request from the texts in its path and query, by their schema.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/json_fwd.h"
#include "component/schema.h"

namespace goetia {

// Each text as the type that the schema names for it: "5" as a number, "a,b" as a list. What cannot be read so stays a
// text, which the schema's check reports. A name that comes twice is a fault.
Json typed_fields(const Schema& schema, const std::vector<std::pair<std::string, std::string>>& texts,
                  const std::string& path, std::vector<Fault>& faults);

}  // namespace goetia
