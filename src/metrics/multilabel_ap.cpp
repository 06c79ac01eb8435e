#include "metrics/averaged.h"
#include "metrics/curves.h"
#include "metrics/gathered_memberships.h"

namespace goetia {
namespace {

class MultilabelAP final : public GatheredMemberships {
  public:
    MultilabelAP(const Args& args, std::int64_t classes)
        : GatheredMemberships(classes), per_class_(args.flag("per_class")) {}

    static Schema schema() {
        return Schema("MultilabelAP",
                      "The mean over the classes of each one's average precision, for images of several classes; as "
                      "scikit-learn's average_precision_score. Classes without samples are left out")
            .with(boolean("per_class", "each class's as well").fallback(false))
            .for_tasks({task_name(Task::kMultilabel)});
    }

    [[nodiscard]] std::vector<MetricValue> compute() const override {
        const std::vector<double> precisions = multilabel_class_precisions(gathered(), is_class());
        std::vector<MetricValue> values{{"multilabel_mAP", mean_of_defined(precisions)}};
        for (std::size_t i = 0; per_class_ && i < precisions.size(); ++i)
            values.push_back({fmt::format("multilabel_AP_class_{}", i), precisions[i]});
        return values;
    }

  private:
    bool per_class_;
};

}  // namespace

Status add_multilabel_ap(MetricRegistry& registry) { return registry.add<MultilabelAP>(); }

}  // namespace goetia
