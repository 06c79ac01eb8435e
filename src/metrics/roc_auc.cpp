#include "metrics/class_areas.h"
#include "metrics/curves.h"
#include "metrics/gathered_scores.h"

namespace goetia {
namespace {

class RocAUC final : public GatheredScores {
  public:
    RocAUC(const Args& args, std::int64_t classes) : GatheredScores(classes), average_(args.text("average")) {}

    static Schema schema() {
        return Schema("RocAUC",
                      "The area under the ROC curve of each class against the rest; as scikit-learn's roc_auc_score. "
                      "Classes without samples, or without samples of others, are left out; not a number when all are")
            .with(text("average", "macro: the mean over the classes; weighted: by each class's share of the truth")
                      .fallback("macro")
                      .one_of({"macro", "weighted"}))
            .for_tasks({task_name(Task::kClassification)});
    }

    [[nodiscard]] std::vector<MetricValue> compute() const override {
        const ClassAreas areas = class_areas(gathered(), labels());
        return {{"roc_auc_" + average_, average_ == "macro" ? mean_of_defined(areas.roc_auc)
                                                            : weighted_mean_of_defined(areas.roc_auc, areas.support)}};
    }

  private:
    std::string average_;
};

}  // namespace

Status add_roc_auc(MetricRegistry& registry) { return registry.add<RocAUC>(); }

}  // namespace goetia
