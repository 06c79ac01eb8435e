// The JSON form of an Error, {"error": {"code", "message", "faults"}}: written by one program and read by another.
#pragma once

#include <optional>

#include "base/error.h"
#include "base/json_fwd.h"

namespace goetia {

Json to_json(const Fault& fault);
Json to_json(const Error& error);

// Empty when `json` does not have that form.
std::optional<Error> error_from_json(const Json& json);

}  // namespace goetia
