// Are two runs the same? Metrics point by point, final weights tensor by tensor; pure, so that every verdict is tested.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "experiment/point_stream.h"
#include "weights/value.h"

namespace goetia::cli {

enum class Verdict { kBitwise, kWithinEps, kDiverged };

std::string_view verdict_name(Verdict verdict);  // "bitwise", "within_eps", "diverged"

struct Difference {
    std::string kind;  // "metric" or "tensor"
    std::string name;
    std::int64_t step = 0;  // of a metric
    std::string original;   // as text: a value, a shape, or "missing"
    std::string reproduced;
    double relative = 0;  // |a - b| / max(1, |a|, |b|), the largest of a tensor; infinite where it has no number
};

struct Comparison {
    std::vector<Difference>
        differences;          // in the order of the run: metrics by step, then tensors as the model has them
    std::size_t metrics = 0;  // how many were compared
    std::size_t tensors = 0;
};

// What a run measured, by step and metric, without what measures time. Compact: a run has millions of values.
class MeasuredRun final : public PointSink {
  public:
    void add(std::string_view metric, std::int64_t step, double value);  // the last of a metric and step counts
    void on_restart() override { values_.clear(); }
    void on_point(const SeenPoint& point) override { add(point.name, point.step, point.value); }

    struct Value {
        std::int64_t step;
        std::string_view metric;
        double value;
    };
    [[nodiscard]] std::vector<Value> sorted() const;  // by step and name, each once

  private:
    struct Kept {
        std::int64_t step;
        double value;
        MetricId metric;
    };
    MetricNames names_;
    std::vector<Kept> values_;
};

Status measure(const ExperimentFolder& folder, MeasuredRun& into);

void compare_metrics(const MeasuredRun& original, const MeasuredRun& reproduced, Comparison& into);
// `original` and `reproduced` are whole checkpoints; their "model" is compared.
Status compare_weights(const Value& original, const Value& reproduced, Comparison& into);

Verdict verdict_of(const Comparison& comparison, double eps);
// What to name: the first beyond `eps` when it diverged, else the first of all.
const Difference* first_difference(const Comparison& comparison, double eps);

Json to_json(const Difference& difference);
std::string to_text(const Difference& difference);

// What of two environment.json differs and may change a result: sentences "cpu.model: A, now B".
std::vector<std::string> environment_differences(const Json& original, const Json& reproduced);

}  // namespace goetia::cli
