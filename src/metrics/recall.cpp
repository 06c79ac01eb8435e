#include "metrics/averaged.h"

namespace goetia {
namespace {

class Recall final : public AveragedMetric {
  public:
    Recall(const Args& args, std::int64_t classes) : AveragedMetric(args, classes, "recall") {}

    static Schema schema() {
        return averaged_schema("Recall",
                               "Of the samples of a class, the share that was predicted to be; as scikit-learn's "
                               "recall_score with zero_division=0");
    }

  private:
    [[nodiscard]] double ratio(const Tally& tally) const override { return ratio_or_zero(tally.hits, tally.truth); }
};

}  // namespace

Status add_recall(MetricRegistry& registry) { return registry.add<Recall>(); }

}  // namespace goetia
