// How the values of a field are spread over experiments.
#pragma once

#include <vector>

#include "base/json_fwd.h"

namespace goetia {

// {"low", "high", "counts": [...]}, `bins` of equal width; the highest value is in the last. Of no values: null, null,
// zeros. Of values that are all the same, all are in the first.
Json histogram_of(const std::vector<double>& values, std::size_t bins);

}  // namespace goetia
