// For metrics of images that may be of several classes: the probabilities and the truth of every sample at once.
#pragma once

#include "metrics/metric.h"
#include "metrics/multilabel.h"

namespace goetia {

class GatheredMemberships : public Metric {
  public:
    void update(const Predictions& found, const Truth& truth) final;
    void reset() final { gathered_.scores.clear(), is_class_.clear(); }
    [[nodiscard]] std::vector<double> state() const final;
    void join(std::span<const std::vector<double>> ranks) final;

  protected:
    explicit GatheredMemberships(std::int64_t classes) : gathered_{.classes = classes, .scores = {}} {}
    [[nodiscard]] const ClassScores& gathered() const { return gathered_; }
    [[nodiscard]] std::span<const std::uint8_t> is_class() const { return is_class_; }

  private:
    ClassScores gathered_;
    std::vector<std::uint8_t> is_class_;  // in the order of the scores
};

}  // namespace goetia
