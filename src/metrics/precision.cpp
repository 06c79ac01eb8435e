#include "metrics/averaged.h"

namespace goetia {
namespace {

class Precision final : public AveragedMetric {
  public:
    Precision(const Args& args, std::int64_t classes) : AveragedMetric(args, classes, "precision") {}

    static Schema schema() {
        return averaged_schema(
            "Precision",
            "Of what was predicted to be a class, the share that is; as scikit-learn's precision_score "
            "with zero_division=0");
    }

  private:
    [[nodiscard]] double ratio(const Tally& tally) const override { return ratio_or_zero(tally.hits, tally.predicted); }
};

}  // namespace

Status add_precision(MetricRegistry& registry) { return registry.add<Precision>(); }

}  // namespace goetia
