// How far the probability of the predicted class is from how often it is right.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "metrics/predictions.h"

namespace goetia {

// Predictions by confidence: (0, 1/bins], (1/bins, 2/bins] ... The first bin holds 0, too.
class CalibrationBins {
  public:
    explicit CalibrationBins(std::int64_t bins) : sums_(static_cast<std::size_t>(3 * bins), 0.0) {}

    // Scores that are `logits` become probabilities by softmax. Samples whose label is no class, or whose scores are no
    // numbers, are left out.
    void add(const ClassScores& found, std::span<const std::int64_t> labels, bool logits);
    void reset() { sums_.assign(sums_.size(), 0.0); }
    [[nodiscard]] const std::vector<double>& state() const { return sums_; }
    void set_state(std::vector<double> state) { sums_ = std::move(state); }

    // The mean over all samples of their bin's distance between confidence and accuracy; NaN without samples.
    [[nodiscard]] double error() const;

  private:
    std::vector<double> sums_;  // for each bin: samples, hits, confidences
};

// Every score between 0 and 1.
bool are_probabilities(const ClassScores& found);

}  // namespace goetia
