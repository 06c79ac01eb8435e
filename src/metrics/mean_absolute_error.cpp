#include "metrics/residuals.h"

namespace goetia {
namespace {

class MAE final : public ResidualMetric {
  public:
    MAE(const Args&, std::int64_t targets) : ResidualMetric(targets, "mae", Better::kLower) {}

    static Schema schema() {
        return Schema("MAE", "The mean distance from the truth; of several targets, the mean of theirs")
            .for_tasks({task_name(Task::kRegression)});
    }

  private:
    [[nodiscard]] double value(const Residuals& sums) const override { return sums.absolute / sums.samples; }
};

}  // namespace

Status add_mean_absolute_error(MetricRegistry& registry) { return registry.add<MAE>(); }

}  // namespace goetia
