#include <cmath>

#include "metrics/residuals.h"

namespace goetia {
namespace {

class RMSE final : public ResidualMetric {
  public:
    RMSE(const Args&, std::int64_t targets) : ResidualMetric(targets, "rmse", Better::kLower) {}

    static Schema schema() {
        return Schema("RMSE",
                      "The root of the mean squared distance from the truth; of several targets, the mean of theirs")
            .for_tasks({task_name(Task::kRegression)});
    }

  private:
    [[nodiscard]] double value(const Residuals& sums) const override { return std::sqrt(sums.squared / sums.samples); }
};

}  // namespace

Status add_root_mean_squared_error(MetricRegistry& registry) { return registry.add<RMSE>(); }

}  // namespace goetia
