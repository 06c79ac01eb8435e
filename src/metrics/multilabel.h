// Metrics of samples that may be of several classes at once, or of none.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "metrics/predictions.h"

namespace goetia {

// `is_class` in the order of the scores: for each sample, whether it is of each class (any byte but 0).
std::vector<double> multilabel_class_precisions(const ClassScores& found, std::span<const std::uint8_t> is_class);
// The mean of these; classes without samples are left out, NaN when all are.
double multilabel_mean_precision(const ClassScores& found, std::span<const std::uint8_t> is_class);

// A class is predicted from `threshold` on. F1 is 0 where there is nothing to divide by, as scikit-learn's
// zero_division=0; its macro mean is over all classes, as that of f1_score of label indicators.
struct MultilabelF1 {
    double micro = 0, macro = 0;
};
MultilabelF1 multilabel_f1(const ClassScores& found, std::span<const std::uint8_t> is_class, double threshold);
// The share of samples all of whose classes are predicted and no other; NaN without samples.
double multilabel_subset_accuracy(const ClassScores& found, std::span<const std::uint8_t> is_class, double threshold);

}  // namespace goetia
