#include "metrics/gathered_memberships.h"

namespace goetia {
namespace {

class MultilabelF1Score final : public GatheredMemberships {
  public:
    MultilabelF1Score(const Args& args, std::int64_t classes)
        : GatheredMemberships(classes), threshold_(args.number("threshold")) {}

    static Schema schema() {
        return Schema("MultilabelF1",
                      "F1 over all classes at once and as the mean of the classes, and the share of images all of "
                      "whose classes are right; as scikit-learn's f1_score and accuracy_score")
            .with(
                number("threshold", "the probability from which on an image is of a class").between(0, 1).fallback(0.5))
            .for_tasks({task_name(Task::kMultilabel)});
    }

    [[nodiscard]] std::vector<MetricValue> compute() const override {
        const MultilabelF1 f1 = multilabel_f1(gathered(), is_class(), threshold_);
        return {{"f1_micro", f1.micro},
                {"f1_macro", f1.macro},
                {"subset_accuracy", multilabel_subset_accuracy(gathered(), is_class(), threshold_)}};
    }

  private:
    double threshold_;
};

}  // namespace

Status add_multilabel_f1(MetricRegistry& registry) { return registry.add<MultilabelF1Score>(); }

}  // namespace goetia
