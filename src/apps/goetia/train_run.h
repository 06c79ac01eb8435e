// A run on this machine in two steps: make it ready (compose, check, make its folder) and run an attempt of it.
// `train`, `reproduce`, `demo` and each job of a sweep are made of these.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "apps/goetia/command.h"
#include "config/config.h"
#include "experiment/folder.h"
#include "experiment/summary.h"
#include "launch/launcher.h"

namespace goetia::cli {

struct RunOptions {
    std::filesystem::path experiments = "experiments";
    bool skip_unavailable = false;
    std::string progress = "auto";
    int threads = 0;  // of each rank, where the configuration names none; 0: the machine's cores are shared
};

// A checked document that may be run.
struct CheckedConfig {
    Composed composed;
    std::vector<std::string> passed_over;  // sections left out by --skip-unavailable, as sentences
    std::vector<std::string> plugins;      // the files its `components` name
};

// Composes and checks: every fault of the document at once.
Result<CheckedConfig> checked_config(const ComposeRequest& request, bool skip_unavailable);

// What config.yaml of this experiment holds: references kept, plug-ins copied into the folder and named from there.
Result<std::string> kept_config(const CheckedConfig& config, const ExperimentFolder& folder);

// Makes the experiment's folder with config.yaml (references kept), overrides.yaml and reproduce.sh.
Result<ExperimentFolder> make_experiment(const CheckedConfig& config, const std::filesystem::path& experiments);

struct AttemptResult {
    LaunchEnd end = LaunchEnd::kCompleted;
    RunSummary summary;
};

// Runs one attempt to its end, drawing its progress. A new experiment that fails before its first step because its
// input cannot be used is taken away again: nothing half-made stays.
Result<AttemptResult> run_attempt(Context& context, const ExperimentFolder& folder, const Composed& config,
                                  const std::optional<std::filesystem::path>& checkpoint, const RunOptions& options);

// The outcome of `train`: the JSON object, the text, and 130 when it was stopped.
Outcome outcome_of(const ExperimentFolder& folder, const AttemptResult& attempt);

// What training.distributed asks for: how many ranks here.
Result<int> world_size(const Json& document);

// Relative data paths count from where an experiment was first started: goes there when it still exists.
void enter_working_folder(Context& context, const ExperimentFolder& folder);

// Where experiments are kept: what the option says, GOETIA_EXPERIMENTS, or ./experiments.
void add_experiments_option(Command& command, RunOptions& options);

}  // namespace goetia::cli
