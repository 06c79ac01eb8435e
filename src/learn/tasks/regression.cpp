#include "learn/tasks/regression.h"

#include <ATen/ops/tensor.h>

#include "learn/tasks/task_kit.h"

namespace goetia {
namespace {

Status check_targets(const Dataset& data, const Model& model, const std::string& count_key) {
    GOETIA_ASSIGN(const Sample first, data.sample(0));
    if (first.values.empty())
        return invalid(
            "the model predicts values, but sample '{}' of the training split has none; dataset.type must be a set for "
            "regression: a table with target_columns",
            first.name);
    const auto known = static_cast<std::int64_t>(first.values.size());
    if (model.outcomes() == known) return {};
    return invalid("{} is {}, but the samples have {} values; set {}={} (or correct dataset.target_columns)", count_key,
                   model.outcomes(), known, count_key, known);
}

}  // namespace

Targets encode_values(const Truth& truth, const std::vector<Frame>& frames, torch::Device device) {
    Targets targets;
    const auto rows = static_cast<std::int64_t>(frames.size());
    targets.values = torch::tensor(truth.values, torch::kFloat32).view({rows, -1}).to(device);
    targets.frames = frames;
    return targets;
}

TaskKit regression_kit() {
    return {
        .task = Task::kRegression,
        .count_param = "num_targets",
        .fits = check_targets,
        .encode = encode_values,
        .original_truth = nullptr,
        .metrics = [] { return Json::array({{{"type", "MAE"}}, {{"type", "RMSE"}}, {{"type", "R2"}}}); },
        .best_metric = "mae",
        .drawn = [](const TrainSettings::Drawings&, std::int64_t) { return std::vector<std::shared_ptr<Metric>>{}; }};
}

TargetValues target_values(const Outputs& outputs) {
    const torch::Tensor values = outputs.at(0).detach().to(torch::kCPU, torch::kFloat64).contiguous();
    const auto* first = values.data_ptr<double>();
    return {.targets = values.size(1), .values = std::vector<double>(first, first + values.numel())};
}

}  // namespace goetia
