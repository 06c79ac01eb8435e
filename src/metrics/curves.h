// Precision-recall and ROC curves of one class against the rest, and the areas under them. Conventions are
// scikit-learn's: equal scores are one threshold, average precision is the sum of precision over the steps of recall.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "metrics/metric.h"

namespace goetia {

// One score and whether the sample is of the class.
struct BinaryScores {
    std::vector<float> scores;
    std::vector<bool> is_positive;
};

// Samples with a label outside the classes are skipped, and those whose score is NaN.
BinaryScores one_against_rest(const ClassScores& found, std::span<const std::int64_t> labels, std::int64_t one);

// From the lowest threshold (recall 1) to (0, 1); one threshold fewer than points. Empty, and `average_precision` NaN,
// when no sample is of the class.
struct PrCurve {
    std::vector<double> recall, precision, thresholds;
    double average_precision = 0;
};
PrCurve pr_curve(const BinaryScores& samples);

// From (0, 0), whose threshold is infinite, to (1, 1). Empty, and `auc` NaN, when all samples or none are of the class.
struct RocCurve {
    std::vector<double> false_positive_rate, true_positive_rate, thresholds;
    double auc = 0;
};
RocCurve roc_curve(const BinaryScores& samples);

// The mean of those that are numbers; NaN when none is.
double mean_of_defined(std::span<const double> values);

}  // namespace goetia
