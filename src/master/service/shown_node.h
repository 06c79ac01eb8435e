// A node as the API and the stream show it.
#pragma once

#include "base/json_fwd.h"
#include "master/service/pool_keeper.h"

namespace goetia {

Json shown_node(PoolBatch& batch, const PoolNode& node);

}  // namespace goetia
