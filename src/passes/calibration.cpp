#include "passes/calibration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace goetia {
namespace {

constexpr double kLevels = 255;

}  // namespace

std::optional<CalibrationMethod> calibration_named(std::string_view name) {
    constexpr std::array<std::string_view, 4> kNames{"minmax", "percentile", "entropy", "mse"};
    const auto at = std::find(kNames.begin(), kNames.end(), name);
    if (at == kNames.end()) return std::nullopt;
    return static_cast<CalibrationMethod>(at - kNames.begin());
}

void SeenNumbers::widen(std::span<const float> numbers) {
    for (const float number : numbers) least_ = std::min(least_, number), most_ = std::max(most_, number);
}

float SeenNumbers::edge(std::size_t bin) const {
    return least_ + (most_ - least_) * static_cast<float>(bin) / static_cast<float>(kBins);
}

void SeenNumbers::count(std::span<const float> numbers) {
    bins_.resize(kBins);
    const float width = (most_ - least_) / static_cast<float>(kBins);
    if (width <= 0) return;
    for (const float number : numbers) {
        const float place = std::clamp((number - least_) / width, 0.0F, static_cast<float>(kBins - 1));
        bins_[static_cast<std::size_t>(place)] += 1;
    }
}

QuantRange SeenNumbers::range(CalibrationMethod method) const {
    if (bins_.empty() || method == CalibrationMethod::kMinMax || least_ == most_) return {least_, most_};
    if (method == CalibrationMethod::kPercentile) return percentile();
    return best_cut(method == CalibrationMethod::kMse ? &SeenNumbers::squared_error : &SeenNumbers::information_lost);
}

QuantRange SeenNumbers::percentile() const {
    constexpr double kLeftOut = 1e-4;
    double all = 0;
    for (const double count : bins_) all += count;
    std::size_t first = 0, last = kBins;
    for (double gone = 0; first + 1 < last && (gone += bins_[first]) < all * kLeftOut / 2;) ++first;
    for (double gone = 0; last > first + 1 && (gone += bins_[last - 1]) < all * kLeftOut / 2;) --last;
    return {std::min(0.0F, edge(first)), std::max(0.0F, edge(last))};
}

// Both ends are drawn in together, by steps of one in 64.
QuantRange SeenNumbers::best_cut(double (SeenNumbers::*cost)(const QuantRange&) const) const {
    constexpr int kSteps = 64, kLeast = 16;
    QuantRange best{least_, most_};
    double lowest = std::numeric_limits<double>::infinity();
    for (int step = kSteps; step >= kLeast; --step) {
        const float share = static_cast<float>(step) / kSteps;
        const QuantRange cut{least_ * share, most_ * share};
        const double found = (this->*cost)(cut);
        if (found < lowest) lowest = found, best = cut;
    }
    return best;
}

// Rounding costs a twelfth of the squared step, clipping the squared distance to the end.
double SeenNumbers::squared_error(const QuantRange& range) const {
    const double step = (range.most - range.least) / kLevels;
    double sum = 0;
    for (std::size_t i = 0; i < kBins; ++i) {
        const double middle = (edge(i) + edge(i + 1)) / 2.0;
        const double over = std::max({0.0, middle - range.most, range.least - middle});
        sum += bins_[i] * (over > 0 ? over * over : step * step / 12);
    }
    return sum;
}

// What is seen, clipped into the range, against the same rounded to the levels; what was clipped is not forgotten, so
// that a cut that loses much costs much.
double SeenNumbers::information_lost(const QuantRange& range) const {
    std::vector<double> clipped(kBins), levels(static_cast<std::size_t>(kLevels) + 1), used(levels.size());
    const auto level_of = [&](std::size_t bin) {
        const double middle = (edge(bin) + edge(bin + 1)) / 2.0;
        const double place =
            (std::clamp(middle, static_cast<double>(range.least), static_cast<double>(range.most)) - range.least) /
            (range.most - range.least);
        return static_cast<std::size_t>(std::lround(place * kLevels));
    };
    std::size_t first = 0, last = kBins - 1;
    while (first < last && edge(first + 1) <= range.least) ++first;
    while (last > first && edge(last) >= range.most) --last;
    double all = 0;
    for (std::size_t i = 0; i < kBins; ++i) clipped[std::clamp(i, first, last)] += bins_[i], all += bins_[i];
    for (std::size_t i = first; i <= last; ++i) {
        levels[level_of(i)] += bins_[i];  // without what was clipped
        used[level_of(i)] += clipped[i] > 0 ? 1 : 0;
    }
    double lost = 0;
    for (std::size_t i = first; i <= last; ++i) {
        if (clipped[i] == 0) continue;
        const double share = clipped[i] / all;
        const double spread = used[level_of(i)] > 0 ? levels[level_of(i)] / used[level_of(i)] / all : 0;
        lost += share * std::log(share / std::max(spread, 1e-12));
    }
    return lost;
}

}  // namespace goetia
