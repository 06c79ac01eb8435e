#include "metrics/class_areas.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "metrics/curves.h"

namespace goetia {

ClassAreas class_areas(const ClassScores& found, std::span<const std::int64_t> labels) {
    ClassAreas areas;
    for (std::int64_t one = 0; one < found.classes; ++one) {
        const BinaryScores scores = one_against_rest(found, labels, one);
        areas.average_precision.push_back(pr_curve(scores).average_precision);
        areas.roc_auc.push_back(roc_curve(scores).auc);
        areas.support.push_back(
            static_cast<double>(std::count(scores.is_positive.begin(), scores.is_positive.end(), true)));
    }
    return areas;
}

double weighted_mean_of_defined(std::span<const double> values, std::span<const double> weights) {
    double sum = 0, weight = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isnan(values[i])) sum += values[i] * weights[i], weight += weights[i];
    }
    return weight > 0 ? sum / weight : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace goetia
