// The numbers of a range, as in Python's range() and Hydra's float ranges.
#pragma once

#include <vector>

#include "base/result.h"
#include "config/value.h"

namespace goetia::config {

Result<std::vector<Value>> range_values(const Sweep& range);

// The same numbers, in ascending or (`reverse`) descending order.
Status sort_range(Sweep& range, bool reverse);

}  // namespace goetia::config
