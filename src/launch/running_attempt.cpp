#include "launch/running_attempt.h"

#include <algorithm>
#include <cmath>

#include "base/clock.h"

namespace goetia {

int milliseconds_until(std::optional<double> deadline) {
    if (!deadline) return -1;
    constexpr double kAnHour = 3600;
    return static_cast<int>(std::ceil(1000 * std::clamp(*deadline - steady_seconds(), 0.0, kAnHour)));
}

}  // namespace goetia
