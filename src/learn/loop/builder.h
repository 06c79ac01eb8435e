// Makes a run from its document: data, model, optimizer, schedule, hooks. Every fault is reported before the first
// step.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "learn/components.h"
#include "learn/loop/trainer.h"

namespace goetia {

// The data of a run, before anything is decoded.
struct RunData {
    std::shared_ptr<const Dataset> train, validation, test;  // the last two may be null
    Json preprocessing;                                      // augmentation.val.pipeline
};

Result<RunData> open_data(const Json& document, const Components& components);

// Parts without log, record and checkpoint hook: those belong to the attempt (run.cpp).
struct BuiltRun {
    RunParts parts;
    std::vector<std::string> notes;  // for the run's log
};

Result<BuiltRun> build_run(const Json& document, const Components& components, const RunData& data, Ranks ranks);

// Whether the run measures every metric that its schedule, its best checkpoint and its hooks watch.
Status check_watched_metrics(const RunParts& parts);

// "auto" is a GPU where this build and machine have one.
Result<torch::Device> choose_device(const std::string& device, int rank);

}  // namespace goetia
