#include "sweep/decide/parzen.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace goetia {
namespace {

constexpr int kMostRefusals = 200;                  // draws beyond the ends of the axis before one is cut to it
constexpr double kNormalPeak = 0.3989422804014327;  // 1 / sqrt(2 pi)

double normal_share_below(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

// The kernel of each value is as wide as the distance to its farther neighbour, within limits: narrow where trials are
// dense, and never so narrow that it only repeats a value.
std::vector<double> kernel_widths(const std::vector<double>& sorted, double range) {
    const double least = range / std::min(100.0, 1.0 + static_cast<double>(sorted.size()));
    std::vector<double> widths;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        const double left = i > 0 ? sorted[i] - sorted[i - 1] : 0;
        const double right = i + 1 < sorted.size() ? sorted[i + 1] - sorted[i] : 0;
        widths.push_back(std::clamp(std::max(left, right), least, range));
    }
    return widths;
}

}  // namespace

ParzenDensity::ParzenDensity(const SearchAxis& axis, const std::vector<double>& observed) : axis_(axis) {
    if (axis.kind == SearchAxis::Kind::kChoice) {
        const double prior = 1.0 / static_cast<double>(axis.values);
        const double total = static_cast<double>(observed.size()) + 1;
        weights_.assign(axis.values, prior / total);
        for (const double value : observed) weights_.at(static_cast<std::size_t>(value)) += 1 / total;
        return;
    }
    low_ = axis.scaled_low(), high_ = axis.scaled_high();
    for (const double value : observed) centers_.push_back(axis.scaled(value));
    const double middle = (low_ + high_) / 2;
    centers_.push_back(middle);  // of the prior, which is as wide as the axis
    std::ranges::sort(centers_);
    widths_ = kernel_widths(centers_, high_ - low_);
    widths_[static_cast<std::size_t>(std::ranges::lower_bound(centers_, middle) - centers_.begin())] = high_ - low_;
}

double ParzenDensity::draw_scaled(const std::size_t kernel, Random& random) const {
    for (int tries = 0; tries < kMostRefusals; ++tries) {
        const double value = centers_[kernel] + widths_[kernel] * random.normal();
        if (value >= low_ && value <= high_) return value;
    }
    return std::clamp(centers_[kernel], low_, high_);
}

double ParzenDensity::draw(Random& random) const {
    if (axis_.kind != SearchAxis::Kind::kChoice)
        return axis_.unscaled(draw_scaled(static_cast<std::size_t>(random.below(centers_.size())), random));
    double left = random.uniform();
    for (std::size_t i = 0; i + 1 < weights_.size(); ++i) {
        left -= weights_[i];
        if (left < 0) return static_cast<double>(i);
    }
    return static_cast<double>(weights_.size() - 1);
}

double ParzenDensity::log_density(double value) const {
    if (axis_.kind == SearchAxis::Kind::kChoice) return std::log(weights_.at(static_cast<std::size_t>(value)));
    const double at = axis_.scaled(value);
    double density = 0;
    for (std::size_t i = 0; i < centers_.size(); ++i) {
        const double inside = normal_share_below((high_ - centers_[i]) / widths_[i]) -
                              normal_share_below((low_ - centers_[i]) / widths_[i]);
        const double z = (at - centers_[i]) / widths_[i];
        density += kNormalPeak * std::exp(-z * z / 2) / (widths_[i] * std::max(inside, 1e-12));
    }
    return std::log(std::max(density / static_cast<double>(centers_.size()), std::numeric_limits<double>::min()));
}

}  // namespace goetia
