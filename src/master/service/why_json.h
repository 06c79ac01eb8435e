// Why a task waits, as the API tells it.
#pragma once

#include "base/json_fwd.h"
#include "pool/world.h"

namespace goetia {

// `task` is in the world, or one that could be. `wall`: seconds since 1970 at the moment `now`.
Json why_json(const World& world, const PoolTask& task, Moment now, double wall);

}  // namespace goetia
