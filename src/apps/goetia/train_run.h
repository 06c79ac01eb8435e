// A run on this machine, followed by whoever started it: `train`, `reproduce`, `demo` and each job of a sweep are made
// of these, and these of the room run/.
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

// Runs one attempt to its end, drawing its progress.
Result<AttemptResult> follow_attempt(Context& context, const ExperimentFolder& folder, const CheckedConfig& config,
                                     const AttemptOptions& attempt, const RunOptions& options);

// A new experiment of a checked document, run from here to its end.
Result<Outcome> train_from(Context& context, const CheckedConfig& config,
                           const std::optional<std::filesystem::path>& checkpoint, const RunOptions& options);

// The outcome of `train`: the JSON object, the text, and 130 when it was stopped.
Outcome outcome_of(const ExperimentFolder& folder, const AttemptResult& attempt);

// Relative data paths count from where an experiment was first started, when that still exists; else from here.
std::filesystem::path working_folder_for(Context& context, const ExperimentFolder& folder);

// Where experiments are kept: what the option says, GOETIA_EXPERIMENTS, or ./experiments.
void add_experiments_option(Command& command, RunOptions& options);

}  // namespace goetia::cli
