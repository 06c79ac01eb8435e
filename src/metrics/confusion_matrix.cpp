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
                      "How often each true class was said to be each class: rows are the truth, columns what was said")
            .with(integer("num_classes", "a check: must be the data set's number of classes").at_least(1).or_null())
            .with(text("normalize",
                       "adds the matrix as shares: of the true class (rows sum to 1), of the prediction (columns do), "
                       "or of all; 0 where there is nothing to divide by")
                      .fallback("none")
                      .one_of({"none", "true", "prediction", "all"}));
    }

    void update(const Predictions& predictions) override { counts_.update(predictions); }
    [[nodiscard]] std::vector<double> state() const override { return counts_.state(); }
    void set_state(std::span<const double> state) override { counts_.set_state(state); }
    void reset() override { counts_.reset(); }
    [[nodiscard]] std::vector<std::pair<std::string, double>> compute() const override { return {}; }

    // {"confusion_matrix": counts} and, where asked for, "normalized" and what it is "normalized_by".
    [[nodiscard]] Json detail() const override {
        Json found{{"confusion_matrix", matrix([](std::int64_t, std::int64_t) { return 1.0; })}};
        if (normalize_ == "none") return found;
        found["normalized_by"] = normalize_;
        found["normalized"] = matrix([this](std::int64_t truth, std::int64_t said) {
            return normalize_ == "true"         ? counts_.truths(truth)
                   : normalize_ == "prediction" ? counts_.predictions(said)
                                                : counts_.total();
        });
        return found;
    }

  private:
    template <class Whole>
    [[nodiscard]] Json matrix(Whole whole) const {
        Json rows = Json::array();
        for (std::int64_t truth = 0; truth < counts_.classes(); ++truth) {
            Json row = Json::array();
            for (std::int64_t said = 0; said < counts_.classes(); ++said) {
                const double count = counts_.at(truth, said);
                row.push_back(count > 0 ? count / whole(truth, said) : 0.0);
            }
            rows.push_back(std::move(row));
        }
        return rows;
    }

    ClassCounts counts_;
    std::string normalize_;
};

}  // namespace

Status add_confusion_matrix(MetricRegistry& registry) { return registry.add<ConfusionMatrix>(); }

}  // namespace goetia
