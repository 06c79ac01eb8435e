// How much a class should count so that common ones do not drown rare ones, computed from how often each comes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace goetia {

class Dataset;

// kInverse: all / (classes * count), as scikit-learn's "balanced". kEffective: (1 - b) / (1 - b^count), scaled to a
// mean of 1 over the classes (Cui et al., 2019). kMedian: median count / count (Eigen and Fergus, 2015).
enum class Weighting { kInverse, kEffective, kMedian };

std::string_view weighting_name(Weighting weighting);  // "inverse"
std::optional<Weighting> weighting_from_name(std::string_view name);

constexpr double kUsualBeta = 0.999;

// One weight for each class; 0 for a class that never comes, which also does not count among the classes.
std::vector<double> class_weights(const std::vector<std::int64_t>& counts, Weighting weighting,
                                  double beta = kUsualBeta);

// The focal loss's alpha: 1 for the most common class, for the others how many times rarer they are.
std::vector<double> focal_alpha(const std::vector<std::int64_t>& counts);

// How often each class comes: objects where the samples hold objects, else samples.
Result<std::vector<std::int64_t>> class_counts(const Dataset& dataset);

}  // namespace goetia
