#include "metrics/class_areas.h"
#include "metrics/curves.h"
#include "metrics/gathered_scores.h"

namespace goetia {
namespace {

class AveragePrecision final : public GatheredScores {
  public:
    AveragePrecision(const Args&, std::int64_t classes) : GatheredScores(classes) {}

    static Schema schema() {
        return Schema("AveragePrecision",
                      "The mean over the classes of each one's average precision against the rest; as scikit-learn's "
                      "average_precision_score. Classes without samples are left out; not a number when all are")
            .for_tasks({task_name(Task::kClassification)});
    }

    [[nodiscard]] std::vector<MetricValue> compute() const override {
        return {{"average_precision_macro", mean_of_defined(class_areas(gathered(), labels()).average_precision)}};
    }
};

}  // namespace

Status add_average_precision(MetricRegistry& registry) { return registry.add<AveragePrecision>(); }

}  // namespace goetia
