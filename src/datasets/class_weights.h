// Class weights for losses, computed from class frequencies.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace goetia {

class Dataset;

// kInverse: total / (classes * count), as in scikit-learn's "balanced". kEffective: (1 - b) / (1 - b^count), scaled to
// a mean of 1 over the classes (Cui et al., 2019). kMedian: median count / count (Eigen and Fergus, 2015).
enum class Weighting { kInverse, kEffective, kMedian };

std::string_view weighting_name(Weighting weighting);  // "inverse"
std::optional<Weighting> weighting_from_name(std::string_view name);

constexpr double kDefaultBeta = 0.999;

// One weight per class. A class without samples gets 0 and is not counted as a class.
std::vector<double> class_weights(const std::vector<std::int64_t>& counts, Weighting weighting,
                                  double beta = kDefaultBeta);

// Alpha of the focal loss: 1 for the most common class, for each other class how many times rarer it is.
std::vector<double> focal_alpha(const std::vector<std::int64_t>& counts);

// Frequency of each class: objects if the samples have objects, else samples.
Result<std::vector<std::int64_t>> class_counts(const Dataset& dataset);

}  // namespace goetia
