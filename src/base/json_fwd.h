// Declares Json without its parser (base/json.h), for headers that only pass documents on.
#pragma once
#include <nlohmann/json_fwd.hpp>

namespace goetia {

using Json = nlohmann::ordered_json;

}  // namespace goetia
