#include "metrics/averaged.h"

namespace goetia {
namespace {

class F1Score final : public AveragedMetric {
  public:
    F1Score(const Args& args, std::int64_t classes) : AveragedMetric(args, classes, "f1") {}

    static Schema schema() {
        return averaged_schema(
            "F1Score", "The harmonic mean of precision and recall; as scikit-learn's f1_score with zero_division=0");
    }

  private:
    [[nodiscard]] double ratio(const Tally& tally) const override {
        return ratio_or_zero(2 * tally.hits, tally.predicted + tally.truth);
    }
};

}  // namespace

Status add_f1_score(MetricRegistry& registry) { return registry.add<F1Score>(); }

}  // namespace goetia
