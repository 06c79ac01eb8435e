// Keeps the scores of every sample, for the precision-recall and ROC curves of each class.
#pragma once

#include "metrics/gathered_scores.h"

namespace goetia {

class ScoreCurves final : public GatheredScores {
  public:
    ScoreCurves(std::int64_t classes, bool precision_recall, bool roc)
        : GatheredScores(classes), precision_recall_(precision_recall), roc_(roc) {}

    [[nodiscard]] std::vector<MetricValue> compute() const override { return {}; }
    [[nodiscard]] std::vector<Drawing> drawings() const override;

  private:
    bool precision_recall_, roc_;
};

}  // namespace goetia
