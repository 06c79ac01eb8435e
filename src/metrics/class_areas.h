// Areas under the curves of each class against the rest, and their means.
#pragma once

#include <vector>

#include "metrics/metric.h"

namespace goetia {

struct ClassAreas {
    std::vector<double> average_precision, roc_auc;  // NaN for classes where they are not defined
    std::vector<double> support;                     // samples of the class
};
ClassAreas class_areas(const ClassScores& found, std::span<const std::int64_t> labels);

// The mean of those that are defined, each counted by its weight; NaN when none is.
double weighted_mean_of_defined(std::span<const double> values, std::span<const double> weights);

}  // namespace goetia
