#pragma once

#include <nlohmann/json_fwd.hpp>

namespace goetia {

using Json = nlohmann::ordered_json;

}  // namespace goetia
