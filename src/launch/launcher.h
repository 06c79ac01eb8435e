// Starts the ranks of one attempt, watches them, passes the user's signals on, and tells an observer what rank 0
// journals meanwhile. The experiment folder is the truth: the launcher adds nothing to it but the ranks' output logs
// and the control file.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "experiment/folder.h"
#include "experiment/journal.h"

namespace goetia {

struct LaunchPlan {
    std::filesystem::path runtime;  // the program, see find_runtime()
    ExperimentFolder folder{""};
    int attempt = 1;
    std::optional<std::filesystem::path> resume;
    int world = 1;
    int threads = 1;            // of each rank
    double grace_seconds = 10;  // from SIGTERM to SIGKILL when a rank failed
};

class LaunchObserver {
  public:
    virtual ~LaunchObserver() = default;
    virtual void on_record(const Record&) {}  // every record of rank 0's journal, in order
    virtual void on_tick() {}                 // about ten times a second
    virtual void on_stopping() {}             // the first interrupt was passed on
};

enum class LaunchEnd {
    kCompleted,
    kStopped,     // on request; a resumable checkpoint was written
    kTerminated,  // the same, when the request was SIGTERM
    kKilled,      // by the second interrupt; the last checkpoint stands
};

// Returns when no rank is left: how it ended, or the error of the rank to blame. Signals that arrive meanwhile are
// taken over and given back afterwards. The caller holds the experiment's RunLock.
Result<LaunchEnd> launch(const LaunchPlan& plan, LaunchObserver& observer);

// "goetia-runtime" beside the running program, or what GOETIA_RUNTIME names.
Result<std::filesystem::path> find_runtime();

}  // namespace goetia
