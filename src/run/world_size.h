// The number of ranks that a document requests on this machine.
#pragma once

#include "base/json_fwd.h"
#include "base/result.h"

namespace goetia {

Result<int> world_size(const Json& document);

}  // namespace goetia
