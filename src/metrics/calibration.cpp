#include "metrics/calibration.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace goetia {

void CalibrationBins::add(const ClassScores& found, std::span<const std::int64_t> labels, bool logits) {
    const auto width = static_cast<std::size_t>(found.classes);
    const auto bins = static_cast<double>(sums_.size() / 3);
    for (std::size_t row = 0; row < labels.size(); ++row) {
        const auto scores = std::span(found.scores).subspan(row * width, width);
        if (labels[row] < 0 || labels[row] >= found.classes ||
            std::ranges::any_of(scores, [](float score) { return std::isnan(score); }))
            continue;
        const auto best = std::ranges::max_element(scores);
        double confidence = *best;
        if (logits) {
            double sum = 0;
            for (const float score : scores) sum += std::exp(static_cast<double>(score) - *best);
            confidence = 1 / sum;
        }
        const double bin = std::clamp(std::ceil(confidence * bins) - 1, 0.0, bins - 1);
        double* const sums = sums_.data() + static_cast<std::size_t>(bin) * 3;
        sums[0] += 1, sums[1] += best - scores.begin() == labels[row] ? 1 : 0, sums[2] += confidence;
    }
}

double CalibrationBins::error() const {
    double samples = 0, apart = 0;
    for (std::size_t i = 0; i < sums_.size(); i += 3)
        samples += sums_[i], apart += std::abs(sums_[i + 1] - sums_[i + 2]);
    return samples > 0 ? apart / samples : std::numeric_limits<double>::quiet_NaN();
}

bool are_probabilities(const ClassScores& found) {
    return std::ranges::all_of(found.scores, [](float score) { return score >= 0 && score <= 1; });
}

}  // namespace goetia
