// Runs on this machine that the calling command follows: the common part of `train`, `reproduce`, `demo` and the jobs
// of a sweep, based on the room run/.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "apps/goetia/command.h"
#include "experiment/folder.h"
#include "run/attempt.h"

namespace goetia::cli {

struct RunOptions {
    std::filesystem::path experiments = "experiments";
    bool skip_unavailable = false;
    std::string progress = "auto";
};

// Runs one attempt to its end, displaying its progress.
Result<AttemptResult> follow_attempt(Context& context, const ExperimentFolder& folder, const CheckedConfig& config,
                                     const AttemptOptions& attempt, const RunOptions& options);

// Creates an experiment from a checked document and runs it to its end.
Result<Outcome> train_from(Context& context, const CheckedConfig& config,
                           const std::optional<std::filesystem::path>& checkpoint, const RunOptions& options);

// The outcome of `train`: the JSON object, the text, and exit code 130 when it was stopped.
Outcome outcome_of(const ExperimentFolder& folder, const AttemptResult& attempt);

// Relative data paths are relative to the folder where an experiment was first started, if that still exists, else to
// the current one.
std::filesystem::path working_folder_for(Context& context, const ExperimentFolder& folder);

// --experiments: the folder of the experiments; by default GOETIA_EXPERIMENTS or ./experiments.
void add_experiments_option(Command& command, RunOptions& options);
void add_experiments_option(Command& command, std::filesystem::path& experiments);

}  // namespace goetia::cli
