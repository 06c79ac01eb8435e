#include "delivery/comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/json.h"

namespace goetia {

void OutputComparison::add(std::span<const float> wanted, std::span<const float> found) {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const double a = wanted[i], b = found[i];
        const bool both_odd = std::isnan(a) && std::isnan(b);
        const double apart = both_odd || a == b ? 0 : std::fabs(a - b);
        max_ = std::max(max_, std::isfinite(apart) ? apart : std::numeric_limits<double>::infinity());
        sum_ += apart, dot_ += a * b, wanted_ += a * a, found_ += b * b;
        least_ = count_ == 0 ? a : std::min(least_, a);
        most_ = count_ == 0 ? a : std::max(most_, a);
        count_ += 1;
    }
}

double OutputComparison::cosine() const {
    if (wanted_ == 0 && found_ == 0) return 1;
    return wanted_ == 0 || found_ == 0 ? 0 : dot_ / std::sqrt(wanted_ * found_);
}

double OutputComparison::relative() const {
    if (max_ == 0) return 0;
    const double range = most_ - least_;
    return max_ / std::max(range > 0 ? range : std::max(std::fabs(least_), std::fabs(most_)), 1e-6);
}

Json OutputComparison::json() const {
    const auto number = [](double value) { return std::isfinite(value) ? Json(value) : Json("not a number"); };
    return {{"max", number(max_)},
            {"mean", number(mean())},
            {"cosine", number(cosine())},
            {"relative", number(relative())}};
}

}  // namespace goetia
