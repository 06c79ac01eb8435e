#include "metrics/counts.h"

namespace goetia {
namespace {

class ConfusionMatrix final : public Metric {
  public:
    explicit ConfusionMatrix(std::int64_t classes) : counts_(classes) {}

    static Result<std::unique_ptr<ConfusionMatrix>> make(const Args& args, std::int64_t classes) {
        if (!args.is_null("num_classes") && args.integer("num_classes") != classes) {
            return invalid("num_classes is {}, but the data set has {} classes; leave num_classes out or correct it", args.integer("num_classes"), classes);
        }
        return std::make_unique<ConfusionMatrix>(classes);
    }

    static Schema schema() {
        return Schema("ConfusionMatrix", "How often each true class was said to be each class: rows are the truth, columns what was said")
            .with(integer("num_classes", "a check: must be the data set's number of classes").at_least(1).or_null());
    }

    void update(const Predictions& predictions) override { counts_.update(predictions); }
    [[nodiscard]] std::vector<double> state() const override { return counts_.state(); }
    void set_state(std::span<const double> state) override { counts_.set_state(state); }
    void reset() override { counts_.reset(); }
    [[nodiscard]] std::vector<std::pair<std::string, double>> compute() const override { return {}; }

    [[nodiscard]] Json detail() const override {
        Json rows = Json::array();
        for (std::int64_t truth = 0; truth < counts_.classes(); ++truth) {
            Json row = Json::array();
            for (std::int64_t said = 0; said < counts_.classes(); ++said) row.push_back(counts_.at(truth, said));
            rows.push_back(std::move(row));
        }
        return {{"confusion_matrix", std::move(rows)}};
    }

  private:
    ClassCounts counts_;
};

}  // namespace

Status add_confusion_matrix(MetricRegistry& registry) { return registry.add<ConfusionMatrix>(); }

}  // namespace goetia
