// Calls goetia-runtime with a trained model: the common part of `evaluate` and `predict`.
#pragma once

#include <string>
#include <vector>

#include "apps/goetia/train_run.h"

namespace goetia::cli {

struct InferenceOptions {
    std::string run;  // an experiment, or a checkpoint in one
    std::string checkpoint = "best";
    std::string weights = "as_evaluated";
    std::vector<std::string> overrides;
    std::string output;
    std::int64_t pictures = 0, mistakes = 0;
    double least_score = 0.25;
    RunOptions options;
};

void add_inference_options(Command& command, InferenceOptions& options);

// The runtime's report (learn/inference/inference.h). `work` holds what is to be done: "split" or "images".
Result<Json> run_inference(Context& context, const InferenceOptions& options, Json work);

// "wrote ...", "skipped ...": the last lines of both commands.
std::string files_text(const Json& report);

}  // namespace goetia::cli
