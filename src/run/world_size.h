// How many ranks a document asks for on this machine.
#pragma once

#include "base/json.h"
#include "base/result.h"

namespace goetia {

Result<int> world_size(const Json& document);

}  // namespace goetia
