#include "metrics/residuals.h"

namespace goetia {
namespace {

class R2 final : public ResidualMetric {
  public:
    R2(const Args&, std::int64_t targets) : ResidualMetric(targets, "r2", Better::kHigher) {}

    static Schema schema() {
        return Schema(
                   "R2",
                   "The share of the truth's variance that is explained; as scikit-learn's r2_score: 1 when constant "
                   "values are predicted exactly, 0 when they are not")
            .for_tasks({task_name(Task::kRegression)});
    }

  private:
    [[nodiscard]] double value(const Residuals& sums) const override {
        if (sums.truth_spread == 0) return sums.squared == 0 ? 1.0 : 0.0;
        return 1 - sums.squared / sums.truth_spread;
    }
};

}  // namespace

Status add_r2(MetricRegistry& registry) { return registry.add<R2>(); }

}  // namespace goetia
