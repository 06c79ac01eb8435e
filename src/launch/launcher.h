// Runs an attempt to its end for a command line: this thread waits, the user's signals are passed on. A daemon drives
// RankGroup or FoundAttempt itself.
#pragma once

#include "launch/rank_group.h"

namespace goetia {

// Returns when no rank is left: how it ended, or the error of the rank to blame. SIGINT, SIGTERM and SIGHUP that arrive
// meanwhile are taken over and given back afterwards. The caller holds the experiment's RunLock.
Result<LaunchEnd> launch(const LaunchPlan& plan, LaunchObserver& observer);

}  // namespace goetia
