// Makes a run from its document: data, model, optimizer, schedule, hooks. Every fault is reported before the first
// step.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "learn/components.h"
#include "learn/loop/loaders.h"
#include "learn/loop/trainer.h"

namespace goetia {

// The data of a run, before anything is decoded.
struct RunData {
    std::shared_ptr<const Dataset> train, validation, test;  // the last two may be null
    std::optional<Error> test_fault;                         // why a test split that nobody named is not counted
    Json preprocessing;                                      // augmentation.val.pipeline
};

Result<RunData> open_data(const Json& document, const Components& components);

// Parts without log, record and checkpoint hook: those belong to the attempt (run.cpp).
struct BuiltRun {
    RunParts parts;
    std::vector<std::string> notes;  // for the run's log
};

Result<BuiltRun> build_run(const Json& document, const Components& components, const RunData& data, Ranks ranks);

// Of one split, with the document's metrics and validation pipeline.
Result<std::unique_ptr<Evaluator>> make_evaluator(const Json& document, const Components& components,
                                                  const std::string& split, const std::shared_ptr<const Dataset>& data,
                                                  const Model& model, const TaskKit& kit, const TrainSettings& settings,
                                                  torch::Device device, int rank = 0, int world = 1);

// An Error where two hooks keep an average of the weights: a checkpoint has room for one, and each would swap the
// other's.
Status check_one_average(const std::vector<std::shared_ptr<Hook>>& hooks);

// Whether the run measures every metric that its schedule, its best checkpoint and its hooks watch.
Status check_watched_metrics(const RunParts& parts);

// "auto" is a GPU where this build and machine have one.
Result<torch::Device> choose_device(const std::string& device, int rank);

}  // namespace goetia
