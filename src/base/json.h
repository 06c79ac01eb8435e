// JSON documents, whose keys keep the order of their author.
#pragma once

#include <nlohmann/json.hpp>

namespace goetia {

using Json = nlohmann::ordered_json;

}  // namespace goetia
