// Metrics on plain numbers. One object gathers over an evaluation; ranks add their `state()` together, so the result of
// N ranks is the result of one.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "component/registry.h"

namespace goetia {

// Scores of `labels.size()` samples, row by row, `classes` numbers each (higher is surer).
struct Predictions {
    std::span<const float> scores;
    std::span<const std::int64_t> labels;
    std::int64_t classes = 0;
};

class Metric {
  public:
    virtual ~Metric() = default;
    virtual void update(const Predictions& predictions) = 0;
    // Everything gathered, as numbers that may be added element by element over ranks.
    [[nodiscard]] virtual std::vector<double> state() const = 0;
    virtual void set_state(std::span<const double> state) = 0;
    virtual void reset() = 0;
    // Names without the split: {"accuracy_top1", 0.91}, {"f1_macro", 0.9}.
    [[nodiscard]] virtual std::vector<std::pair<std::string, double>> compute() const = 0;
    // What is not one number (a confusion matrix), for pictures and reports; null when there is none.
    [[nodiscard]] virtual Json detail() const { return nullptr; }
};

using MetricRegistry = Registry<Metric, std::int64_t>;  // made for a number of classes

Status register_builtin_metrics(MetricRegistry& registry);

}  // namespace goetia
