// Ranks that outlive whoever started them. A small program of its own session, goetia-supervisor, starts them as its
// children, watches them (launch/rank_group.h) and leaves their identities and their end in files
// (launch/attempt_files.h). It asks nobody for anything: its starter may die, be replaced, and find it again.
#pragma once

#include <memory>

#include "experiment/run_lock.h"
#include "launch/found_attempt.h"

namespace goetia {

// Returns once the supervisor runs, not its ranks. It takes the experiment's lock over: from here on the lock is free
// when the supervisor is gone, and not before.
Result<std::unique_ptr<FoundAttempt>> start_supervised(const LaunchPlan& plan, RunLock lock, LaunchObserver* observer);

// The supervisor's whole work: the plan is on standard input, `lock` is the descriptor of the lock that it was given.
// SIGTERM, SIGINT and SIGHUP ask the ranks to stop, however often they come; SIGQUIT kills them.
Status supervise(int lock);

}  // namespace goetia
