// Runs an attempt to its end for a command line: blocks this thread and forwards the user's signals. A daemon drives
// RankGroup or SupervisedAttempt itself.
#pragma once

#include "launch/rank_group.h"

namespace goetia {

// Returns when no rank is left: how the attempt ended, or the error of the rank at fault. Meanwhile SIGINT, SIGTERM and
// SIGHUP are handled here; the old handlers are restored afterwards. The caller holds the experiment's RunLock.
Result<LaunchEnd> launch(const LaunchPlan& plan, LaunchObserver& observer);

}  // namespace goetia
