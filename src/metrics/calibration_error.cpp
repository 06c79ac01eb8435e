#include "metrics/calibration.h"
#include "metrics/metric.h"

namespace goetia {
namespace {

class CalibrationError final : public Metric {
  public:
    CalibrationError(const Args& args, std::int64_t)
        : bins_(args.integer("bins")), logits_(args.text("scores") == "logits") {}

    static Schema schema() {
        return Schema(
                   "CalibrationError",
                   "The expected calibration error: how far the probability of the predicted class is from how often "
                   "it is right, in bins of equal width; not a number without samples")
            .with(integer("bins", "how many").at_least(1).fallback(15))
            .with(text("scores", "what the model gives: logits, which softmax turns into probabilities, or these")
                      .fallback("logits")
                      .one_of({"logits", "probabilities"}))
            .for_tasks({task_name(Task::kClassification)});
    }

    void update(const Predictions& found, const Truth& truth) override {
        bins_.add(std::get<ClassScores>(found), truth.labels, logits_);
    }
    void reset() override { bins_.reset(); }
    [[nodiscard]] std::vector<double> state() const override { return bins_.state(); }
    void join(std::span<const std::vector<double>> ranks) override { bins_.set_state(summed(ranks)); }
    [[nodiscard]] std::vector<MetricValue> compute() const override {
        return {{"calibration_error", bins_.error(), Better::kLower}};
    }

  private:
    CalibrationBins bins_;
    bool logits_;
};

}  // namespace

Status add_calibration_error(MetricRegistry& registry) { return registry.add<CalibrationError>(); }

}  // namespace goetia
