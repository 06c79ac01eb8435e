// All that the loop must know of a task, in one place for each: learn/tasks/<task>.cpp.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "datasets/dataset.h"
#include "learn/loop/settings.h"
#include "learn/model.h"
#include "metrics/metric.h"

namespace goetia {

struct TaskKit {
    Task task;
    std::string count_param;  // the parameter of heads that says how many outcomes there are: "num_classes"
    // Whether the data have what the model learns from, and as many outcomes as it has; `count_key` is the key that
    // says how many these are ("model.head.num_classes").
    Status (*fits)(const Dataset& data, const Model& model, const std::string& count_key);
    Targets (*encode)(const Truth& truth, const std::vector<Frame>& frames, torch::Device device);
    // The truth that metrics compare with, where it is not that of the rows: in pixels of the original images, as
    // predictions are. Null: the rows'.
    Result<Truth> (*original_truth)(const Dataset& data, Truth in_rows, const std::vector<Frame>& frames);
    Json (*metrics)();        // measured where `metrics` names none
    std::string best_metric;  // what best means where nothing else is said: "accuracy_top1"
    // Metrics that are drawn, not measured: what `visualization` asks for beyond those of `metrics`.
    std::vector<std::shared_ptr<Metric>> (*drawn)(const TrainSettings::Drawings& requested, std::int64_t outcomes);
};

// An Error where the component's schema names other tasks; `path` is where the document names it.
Status check_task(const ComponentInfo& component, const std::string& path, Task task);

// An Error names the tasks that can be trained.
Result<const TaskKit*> task_kit(Task task);

}  // namespace goetia
