// Compares two runs: metrics point by point, final weights tensor by tensor. Pure, so that every verdict can be tested.
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
    double relative = 0;  // |a - b| / max(1, |a|, |b|), the largest of a tensor; infinite where there is no number
};

struct Comparison {
    std::vector<Difference> differences;  // in the order of the run: metrics by step, then tensors in the model's order
    std::size_t metrics = 0;              // how many were compared
    std::size_t tensors = 0;
};

// The measurements of a run, by step and metric, without those of time. Compact: a run has millions of values.
class MeasuredRun final : public PointSink {
  public:
    void add(std::string_view metric, std::int64_t step, double value);  // the last value of a metric and step counts
    void on_restart() override { values_.clear(); }
    void on_point(const JournaledPoint& point) override { add(point.name, point.step, point.value); }

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
// `original` and `reproduced` are complete checkpoints; their "model" is compared.
Status compare_weights(const Value& original, const Value& reproduced, Comparison& into);

Verdict verdict_of(const Comparison& comparison, double eps);
// The difference to report: the first beyond `eps` if the runs diverged, else the first of all.
const Difference* first_difference(const Comparison& comparison, double eps);

Json to_json(const Difference& difference);
std::string to_text(const Difference& difference);

// The differences between two environment.json that may affect a result: sentences "cpu.model: A, now B".
std::vector<std::string> environment_differences(const Json& original, const Json& reproduced);

}  // namespace goetia::cli
