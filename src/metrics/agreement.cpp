#include "metrics/counts.h"

namespace goetia {
namespace {

// A value of the counts alone.
class AgreementMetric : public Metric {
  public:
    void update(const Predictions& found, const Truth& truth) final {
        counts_.update(std::get<ClassScores>(found), truth.labels);
    }
    [[nodiscard]] std::vector<double> state() const final { return counts_.state(); }
    void join(std::span<const std::vector<double>> ranks) final { counts_.set_state(summed(ranks)); }
    void reset() final { counts_.reset(); }

  protected:
    explicit AgreementMetric(std::int64_t classes) : counts_(classes) {}
    [[nodiscard]] const ClassCounts& counts() const { return counts_; }

  private:
    ClassCounts counts_;
};

class CohenKappa final : public AgreementMetric {
  public:
    CohenKappa(const Args&, std::int64_t classes) : AgreementMetric(classes) {}

    static Schema schema() {
        return Schema(
                   "CohenKappa",
                   "How far predictions agree with the truth beyond chance; as scikit-learn's cohen_kappa_score. Not "
                   "a number when both are always of the same class")
            .for_tasks({task_name(Task::kClassification)});
    }
    [[nodiscard]] std::vector<MetricValue> compute() const override {
        return {{"cohen_kappa", counts().cohen_kappa()}};
    }
};

class MatthewsCorrelation final : public AgreementMetric {
  public:
    MatthewsCorrelation(const Args&, std::int64_t classes) : AgreementMetric(classes) {}

    static Schema schema() {
        return Schema("MatthewsCorrelation",
                      "The correlation of predictions with the truth; as scikit-learn's matthews_corrcoef, but not a "
                      "number where that is 0 because either is always of one class")
            .for_tasks({task_name(Task::kClassification)});
    }
    [[nodiscard]] std::vector<MetricValue> compute() const override { return {{"mcc", counts().matthews()}}; }
};

}  // namespace

Status add_agreement(MetricRegistry& registry) {
    GOETIA_TRY(registry.add<CohenKappa>());
    return registry.add<MatthewsCorrelation>();
}

}  // namespace goetia
