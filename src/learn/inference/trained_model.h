// A model as a run left it: built from the run's document, with the weights of one of its checkpoints.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "learn/components.h"
#include "learn/tasks/task_kit.h"

namespace goetia {

// kAveraged: those of training.ema, which the run itself was evaluated with; an Error where it kept none.
enum class WeightsChoice { kAsEvaluated, kTrained, kAveraged };

struct TrainedModel {
    std::shared_ptr<Model> model;
    const TaskKit* kit = nullptr;
    std::vector<std::string> classes;
    Json preprocessing;  // the pipeline that an image must go through
    bool is_averaged = false;
    std::int64_t epoch = 0, step = 0;
};

Result<TrainedModel> open_trained(const Json& document, const Components& components,
                                  const std::filesystem::path& checkpoint, WeightsChoice choice, torch::Device device);

}  // namespace goetia
