// How long to wait before trying again.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/random.h"

namespace goetia {

// Before retry 0, 1, 2 ...: 1, 2, 4 seconds and so on up to half a minute, each between half and the whole of it, so
// that many who failed at once do not come again at once. What the server asked for goes before, up to two minutes.
inline double retry_seconds(int retry, std::optional<double> asked, Random& random) {
    const double jitter = random.uniform(0.5, 1.0);
    if (asked && *asked >= 0) return std::min(*asked, 120.0);
    return std::min(30.0, std::ldexp(1.0, std::min(retry, 10))) * jitter;
}

}  // namespace goetia
