#include <algorithm>

#include "metrics/metric.h"

namespace goetia {
namespace {

class Accuracy final : public Metric {
  public:
    Accuracy(const Args& args, std::int64_t) : topk_(args.list<std::int64_t>("topk")), hits_(topk_.size(), 0.0) {}

    static Schema schema() {
        return Schema("Accuracy",
                      "The share of samples whose true class is among the k surest; of equal scores the lower class "
                      "number counts as surer")
            .with(integers("topk", "one value for each k").fallback({1}).at_least(1).or_scalar())
            .for_tasks({task_name(Task::kClassification)});
    }

    void update(const Predictions& found, const Truth& truth) override {
        const auto& [classes, scores] = std::get<ClassScores>(found);
        const auto width = static_cast<std::size_t>(classes);
        for (std::size_t row = 0; row < truth.labels.size(); ++row) {
            const std::int64_t label = truth.labels[row];
            if (label < 0 || label >= classes) continue;
            const std::int64_t place =
                place_of_truth(std::span(scores).subspan(row * width, width), static_cast<std::size_t>(label));
            for (std::size_t i = 0; i < topk_.size(); ++i) hits_[i] += place < topk_[i] ? 1.0 : 0.0;
            samples_ += 1.0;
        }
    }

    [[nodiscard]] std::vector<double> state() const override {
        std::vector<double> all = hits_;
        all.push_back(samples_);
        return all;
    }

    void join(std::span<const std::vector<double>> ranks) override {
        hits_ = summed(ranks);
        samples_ = hits_.back();
        hits_.pop_back();
    }

    void reset() override {
        std::fill(hits_.begin(), hits_.end(), 0.0);
        samples_ = 0;
    }

    [[nodiscard]] std::vector<MetricValue> compute() const override {
        std::vector<MetricValue> values;
        for (std::size_t i = 0; i < topk_.size(); ++i) {
            values.push_back({fmt::format("accuracy_top{}", topk_[i]), samples_ > 0 ? hits_[i] / samples_ : 0.0});
        }
        return values;
    }

  private:
    // How many classes are not less sure than the true one. Among scores that are no numbers the truth is last, so that
    // a model that gives NaN hits nothing.
    static std::int64_t place_of_truth(std::span<const float> scores, std::size_t truth) {
        std::int64_t place = 0;
        for (std::size_t other = 0; other < scores.size(); ++other) {
            const bool is_less_sure =
                scores[other] < scores[truth] || (scores[other] == scores[truth] && other > truth);
            if (other != truth && !is_less_sure) ++place;
        }
        return place;
    }

    std::vector<std::int64_t> topk_;
    std::vector<double> hits_;
    double samples_ = 0;
};

}  // namespace

Status add_accuracy(MetricRegistry& registry) { return registry.add<Accuracy>(); }

}  // namespace goetia
