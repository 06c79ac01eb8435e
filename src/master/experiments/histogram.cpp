#include "master/experiments/histogram.h"

#include <algorithm>

#include "base/json.h"

namespace goetia {

Json histogram_of(const std::vector<double>& values, std::size_t bins) {
    std::vector<std::int64_t> counts(bins, 0);
    if (values.empty()) return {{"low", nullptr}, {"high", nullptr}, {"counts", counts}};
    const auto [low, high] = std::ranges::minmax(values);
    // Of halves, so that the difference of the largest numbers is one, too.
    const double width = high / 2 - low / 2;
    for (const double value : values) {
        const double share = width > 0 ? (value / 2 - low / 2) / width : 0;
        const auto bin = static_cast<std::size_t>(share * static_cast<double>(bins));
        ++counts[std::min(bin, bins - 1)];
    }
    return {{"low", low}, {"high", high}, {"counts", counts}};
}

}  // namespace goetia
