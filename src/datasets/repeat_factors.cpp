#include "datasets/repeat_factors.h"

#include <algorithm>
#include <cmath>

#include "datasets/sampling.h"

namespace goetia {

std::vector<double> repeat_factors(const std::vector<SampleInfo>& infos, std::size_t classes, double threshold) {
    std::vector<double> of_class(classes, 1);
    const auto lists = samples_by_class(infos, classes);
    for (std::size_t c = 0; c < classes; ++c) {
        const double share = static_cast<double>(lists[c].size()) / static_cast<double>(infos.size());
        if (share > 0) of_class[c] = std::max(1.0, std::sqrt(threshold / share));
    }
    std::vector<double> factors;
    factors.reserve(infos.size());
    for (const SampleInfo& one : infos) {
        double factor = 1;
        for (const std::int64_t label : one.labels)
            factor = std::max(factor, of_class.at(static_cast<std::size_t>(label)));
        factors.push_back(factor);
    }
    return factors;
}

}  // namespace goetia
