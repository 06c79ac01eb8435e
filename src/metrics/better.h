// Which of two values of a metric is the better one.
#pragma once

namespace goetia {

enum class Better { kHigher, kLower };

[[nodiscard]] inline bool is_better(double now, double before, Better mode) {
    return mode == Better::kHigher ? now > before : now < before;
}

}  // namespace goetia
