// The JSON form of an Error: {"error": {"code", "message", "faults"}}. What one program writes, the other reads back.
#pragma once

#include <optional>

#include "base/error.h"
#include "base/json_fwd.h"

namespace goetia {

Json to_json(const Fault& fault);
Json to_json(const Error& error);

// Nothing when `json` is not that form.
std::optional<Error> error_from_json(const Json& json);

}  // namespace goetia
