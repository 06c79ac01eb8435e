// JSON documents keep the order their author wrote.
#pragma once

#include <nlohmann/json.hpp>

namespace goetia {

using Json = nlohmann::ordered_json;

}  // namespace goetia
