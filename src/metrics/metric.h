// Metrics on plain values. One object gathers over an evaluation; what the ranks gathered is joined, so that the result
// of N ranks is the result of one.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "component/registry.h"
#include "imaging/task.h"
#include "imaging/truth.h"
#include "metrics/better.h"
#include "metrics/drawing.h"
#include "metrics/predictions.h"

namespace goetia {

struct MetricValue {
    std::string name;  // without the split: "accuracy_top1", "f1_macro"
    double value = 0;
    Better better = Better::kHigher;
    friend bool operator==(const MetricValue&, const MetricValue&) = default;
};

class Metric {
  public:
    virtual ~Metric() = default;
    // Rows of one batch. `found` is of the task that the metric's schema names (Schema::for_tasks).
    virtual void update(const Predictions& found, const Truth& truth) = 0;
    virtual void reset() = 0;
    // All that was gathered, of any length.
    [[nodiscard]] virtual std::vector<double> state() const = 0;
    // Takes the place of what was gathered: the states of all ranks, in their order. Counters are summed(), lists
    // joined.
    virtual void join(std::span<const std::vector<double>> ranks) = 0;
    // The same names whatever was gathered, so that a run knows before its first step what it will measure.
    [[nodiscard]] virtual std::vector<MetricValue> compute() const = 0;
    [[nodiscard]] virtual std::vector<Drawing> drawings() const { return {}; }
};

// Element by element.
std::vector<double> summed(std::span<const std::vector<double>> states);

using MetricRegistry = Registry<Metric, std::int64_t>;  // made for a number of classes (or of regression's targets)

Status register_builtin_metrics(MetricRegistry& registry);

}  // namespace goetia
