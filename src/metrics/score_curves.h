// Keeps the scores of every sample, for the precision-recall and ROC curves of each class.
#pragma once

#include "metrics/metric.h"

namespace goetia {

class ScoreCurves final : public Metric {
  public:
    ScoreCurves(std::int64_t classes, bool precision_recall, bool roc);

    void update(const Predictions& found, const Truth& truth) override;
    void reset() override { gathered_ = {.classes = gathered_.classes, .scores = {}}, labels_.clear(); }
    [[nodiscard]] std::vector<double> state() const override;
    void join(std::span<const std::vector<double>> ranks) override;
    [[nodiscard]] std::vector<MetricValue> compute() const override { return {}; }
    [[nodiscard]] std::vector<Drawing> drawings() const override;

  private:
    ClassScores gathered_;
    std::vector<std::int64_t> labels_;
    bool precision_recall_, roc_;
};

}  // namespace goetia
