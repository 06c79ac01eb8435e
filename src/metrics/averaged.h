// Precision, recall and F1 differ in one ratio; how classes are averaged is the same for all.
#pragma once

#include <string>

#include "metrics/counts.h"

namespace goetia {

enum class Average { kMacro, kMicro, kWeighted, kNone };

// Hits, predictions and samples of one class, or of all together.
struct Tally {
    double hits = 0, predicted = 0, truth = 0;
};

class AveragedMetric : public Metric {
  public:
    void update(const Predictions& found, const Truth& truth) final {
        counts_.update(std::get<ClassScores>(found), truth.labels);
    }
    [[nodiscard]] std::vector<double> state() const final { return counts_.state(); }
    void join(std::span<const std::vector<double>> ranks) final { counts_.set_state(summed(ranks)); }
    void reset() final { counts_.reset(); }
    [[nodiscard]] std::vector<MetricValue> compute() const final;

  protected:
    AveragedMetric(const Args& args, std::int64_t classes, std::string name);
    static Schema averaged_schema(std::string name, std::string sentence);
    [[nodiscard]] virtual double ratio(const Tally& tally) const = 0;

  private:
    ClassCounts counts_;
    Average average_;
    std::string name_;
};

// Zero where nothing can be divided, as scikit-learn's zero_division=0.
[[nodiscard]] inline double ratio_or_zero(double part, double whole) { return whole > 0 ? part / whole : 0.0; }

}  // namespace goetia
