// For metrics that need the scores of every sample at once.
#pragma once

#include "metrics/metric.h"

namespace goetia {

class GatheredScores : public Metric {
  public:
    void update(const Predictions& found, const Truth& truth) final;
    void reset() final { gathered_ = {.classes = gathered_.classes, .scores = {}}, labels_.clear(); }
    [[nodiscard]] std::vector<double> state() const final;
    void join(std::span<const std::vector<double>> ranks) final;

  protected:
    explicit GatheredScores(std::int64_t classes) : gathered_{.classes = classes, .scores = {}} {}
    [[nodiscard]] const ClassScores& gathered() const { return gathered_; }
    [[nodiscard]] const std::vector<std::int64_t>& labels() const { return labels_; }

  private:
    ClassScores gathered_;
    std::vector<std::int64_t> labels_;
};

}  // namespace goetia
