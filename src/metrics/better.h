// Which of two values of a metric is the better one.
#pragma once

#include <cmath>
#include <string>

namespace goetia {

enum class Better { kHigher, kLower };

struct MeasuredMetric {
    std::string name;  // "val/mAP"
    Better better = Better::kHigher;
};

// A value that is no number, where nothing could be measured, is never the better one; every number is better than it.
[[nodiscard]] inline bool is_better(double now, double before, Better mode) {
    if (std::isnan(now) || std::isnan(before)) return !std::isnan(now);
    return mode == Better::kHigher ? now > before : now < before;
}

}  // namespace goetia
