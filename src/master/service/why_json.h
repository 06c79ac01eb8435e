// Why a task waits, as the API tells it.
#pragma once

#include <functional>
#include <string>

#include "base/json_fwd.h"
#include "pool/world.h"

namespace goetia {

// What more is to be said of a node that lacks the version; empty: nothing.
using MoreOfNode = std::function<std::string(NodeId node)>;

// `task` is in the world, or one that could be. `wall`: seconds since 1970 at the moment `now`.
Json why_json(const World& world, const PoolTask& task, Moment now, double wall, const MoreOfNode& more);

}  // namespace goetia
