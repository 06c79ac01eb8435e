// Precision, recall and F1 differ in one ratio; how classes are averaged is the same for all.
#pragma once

#include <string>

#include "metrics/counts.h"

namespace goetia {

enum class Average { kMacro, kMicro, kWeighted, kNone };

// Hits, and what was said and what was true, of one class or of all together.
struct Tally {
    double hits = 0, said = 0, truth = 0;
};

class AveragedMetric : public Metric {
  public:
    void update(const Predictions& predictions) final { counts_.update(predictions); }
    [[nodiscard]] std::vector<double> state() const final { return counts_.state(); }
    void set_state(std::span<const double> state) final { counts_.set_state(state); }
    void reset() final { counts_.reset(); }
    [[nodiscard]] std::vector<std::pair<std::string, double>> compute() const final;

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
