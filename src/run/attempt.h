// An attempt of an experiment on this machine: its plan, started for an event loop or run to its end for a command
// line. The document is resolved here, once, and passed to every rank: the ranks resolve no references and read no
// environment variables for it.
#pragma once

#include <memory>
#include <optional>

#include "experiment/run_lock.h"
#include "experiment/summary.h"
#include "launch/running_attempt.h"
#include "run/checked_config.h"

namespace goetia {

struct AttemptOptions {
    std::optional<std::filesystem::path> checkpoint;  // to resume from
    int threads = 0;                       // of each rank, if the document does not set it; 0: the cores are shared
    std::filesystem::path working_folder;  // relative data paths are relative to it
};

// Plans the next attempt of the experiment. The caller holds its RunLock, otherwise two plans may have the same number.
Result<LaunchPlan> plan_attempt(const ExperimentFolder& folder, const CheckedConfig& config,
                                const AttemptOptions& options);

// The input of every rank: the document with its defaults, and with the plug-ins stored in the folder.
Result<std::string> rank_input_of(const ExperimentFolder& folder, const CheckedConfig& config);

enum class Lifetime {
    kTiedToUs,  // the ranks are our children and die with us
    kDetached,  // they run under a supervisor, where find_attempt() finds them again
};

struct StartedAttempt {
    std::optional<RunLock> lock;  // held while the ranks are our children
    std::unique_ptr<RunningAttempt> running;
};

// Returns at once; running_attempt.h describes how it is driven.
Result<StartedAttempt> start_attempt(const LaunchPlan& plan, RunLock lock, Lifetime lifetime, LaunchObserver* observer);

struct AttemptResult {
    LaunchEnd end = LaunchEnd::kCompleted;
    RunSummary summary;
};

// The result of an attempt that has ended: its summary, or the error. A new experiment that failed before its first
// step because its input cannot be used is removed again.
Result<AttemptResult> finish_attempt(const ExperimentFolder& folder, const Result<LaunchEnd>& end);

// All three steps for a command line: blocks, and handles this program's signals meanwhile. The caller holds the
// RunLock.
Result<AttemptResult> run_attempt(const LaunchPlan& plan, LaunchObserver& observer);

}  // namespace goetia
