// Calls goetia-runtime with a trained model: the common part of `evaluate` and `predict`.
#pragma once

#include <functional>
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

// The same of another command of the runtime that takes a trained model: `export`. `show` is given each line that the
// runtime prints on standard error while it works.
Result<Json> run_with_trained(Context& context, const InferenceOptions& options, const std::string& runtime_command,
                              Json work, const std::function<void(const std::string& line)>& show = {});

// "wrote ...", "skipped ...": the last lines of both commands.
std::string files_text(const Json& report);

}  // namespace goetia::cli
