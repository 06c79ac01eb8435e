// The numbers of a range, as Python's range() and Hydra's float ranges count them.
#pragma once

#include <vector>

#include "base/result.h"
#include "config/value.h"

namespace goetia::config {

Result<std::vector<Value>> range_values(const Sweep& range);

// The same numbers, the least first or (`reverse`) the greatest.
Status sort_range(Sweep& range, bool reverse);

}  // namespace goetia::config
