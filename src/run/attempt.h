// An attempt of an experiment on this machine: what it is started with, started for an event loop, or run to its end
// for a command line. The document is resolved here, once, and given to every rank: a rank looks up no reference and no
// environment variable of it.
#pragma once

#include <memory>
#include <optional>

#include "experiment/run_lock.h"
#include "experiment/summary.h"
#include "launch/running_attempt.h"
#include "run/checked_config.h"

namespace goetia {

struct AttemptOptions {
    std::optional<std::filesystem::path> checkpoint;  // to go on from
    int threads = 0;                       // of each rank, where the document names none; 0: cores are shared
    std::filesystem::path working_folder;  // relative data paths count from there
};

// The next attempt of the experiment. The caller holds its RunLock, else two plans may have one number.
Result<LaunchPlan> plan_attempt(const ExperimentFolder& folder, const CheckedConfig& config,
                                const AttemptOptions& options);

// What every rank is to read: the document with its defaults, and with the plug-ins that the folder keeps.
Result<std::string> rank_input_of(const ExperimentFolder& folder, const CheckedConfig& config);

enum class Survival {
    kEndsWithUs,  // the ranks are our children, and die when we do
    kOutlivesUs,  // they run under a supervisor, where find_attempt() finds them again
};

struct StartedAttempt {
    std::optional<RunLock> lock;  // held for as long as the ranks are ours
    std::unique_ptr<RunningAttempt> running;
};

// Returns at once; see running_attempt.h for how it is driven.
Result<StartedAttempt> start_attempt(const LaunchPlan& plan, RunLock lock, Survival survival, LaunchObserver* observer);

struct AttemptResult {
    LaunchEnd end = LaunchEnd::kCompleted;
    RunSummary summary;
};

// What is left of an attempt that ended: its summary, or the error. A new experiment that failed before its first step
// because its input cannot be used is taken away again: nothing half-made stays.
Result<AttemptResult> settle_attempt(const ExperimentFolder& folder, const Result<LaunchEnd>& end);

// The three for a command line: waits, and takes this program's signals over meanwhile. The caller holds the RunLock.
Result<AttemptResult> run_attempt(const LaunchPlan& plan, LaunchObserver& observer);

}  // namespace goetia
