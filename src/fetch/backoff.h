// The waiting time before a retry.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/random.h"

namespace goetia {

// Exponential backoff with jitter: before retry 0, 1, 2 ... between half and all of 1, 2, 4 ... seconds, up to half a
// minute. What the server asked for takes precedence, up to two minutes.
inline double retry_seconds(int retry, std::optional<double> retry_after, Random& random) {
    const double jitter = random.uniform(0.5, 1.0);
    if (retry_after && *retry_after >= 0) return std::min(*retry_after, 120.0);
    return std::min(30.0, std::ldexp(1.0, std::min(retry, 10))) * jitter;
}

}  // namespace goetia
