#include "metrics/counts.h"

namespace goetia {
namespace {

class ConfusionMatrix final : public Metric {
  public:
    ConfusionMatrix(std::int64_t classes, std::string normalize) : counts_(classes), normalize_(std::move(normalize)) {}

    static Result<std::unique_ptr<ConfusionMatrix>> make(const Args& args, std::int64_t classes) {
        if (!args.is_null("num_classes") && args.integer("num_classes") != classes) {
            return invalid("num_classes is {}, but the data set has {} classes; leave num_classes out or correct it",
                           args.integer("num_classes"), classes);
        }
        return std::make_unique<ConfusionMatrix>(classes, args.text("normalize"));
    }

    static Schema schema() {
        return Schema("ConfusionMatrix",
                      "How often each true class was predicted to be each class: rows are the truth, columns the "
                      "predictions")
            .with(integer("num_classes", "a check: must be the data set's number of classes").at_least(1).or_null())
            .with(text("normalize",
                       "adds the matrix as shares: of the true class (rows sum to 1), of the prediction (columns do), "
                       "or of all; 0 where there is nothing to divide by")
                      .fallback("none")
                      .one_of({"none", "true", "prediction", "all"}))
            .for_tasks({task_name(Task::kClassification)});
    }

    void update(const Predictions& found, const Truth& truth) override {
        counts_.update(std::get<ClassScores>(found), truth.labels);
    }
    [[nodiscard]] std::vector<double> state() const override { return counts_.state(); }
    void join(std::span<const std::vector<double>> ranks) override { counts_.set_state(summed(ranks)); }
    void reset() override { counts_.reset(); }
    [[nodiscard]] std::vector<MetricValue> compute() const override { return {}; }

    [[nodiscard]] std::vector<Drawing> drawings() const override {
        MatrixDrawing drawn{.counts = matrix([](std::int64_t, std::int64_t) { return 1.0; }),
                            .normalized_by = normalize_,
                            .normalized = {}};
        if (normalize_ != "none") {
            drawn.normalized = matrix([this](std::int64_t truth, std::int64_t predicted) {
                return normalize_ == "true"         ? counts_.truths(truth)
                       : normalize_ == "prediction" ? counts_.predictions(predicted)
                                                    : counts_.total();
            });
        }
        return {{"confusion_matrix", std::move(drawn)}};
    }

  private:
    template <class Divisor>
    [[nodiscard]] std::vector<std::vector<double>> matrix(Divisor divisor) const {
        std::vector<std::vector<double>> rows;
        for (std::int64_t truth = 0; truth < counts_.classes(); ++truth) {
            std::vector<double>& row = rows.emplace_back();
            for (std::int64_t predicted = 0; predicted < counts_.classes(); ++predicted) {
                const double count = counts_.at(truth, predicted);
                row.push_back(count > 0 ? count / divisor(truth, predicted) : 0.0);
            }
        }
        return rows;
    }

    ClassCounts counts_;
    std::string normalize_;
};

}  // namespace

Status add_confusion_matrix(MetricRegistry& registry) { return registry.add<ConfusionMatrix>(); }

}  // namespace goetia
