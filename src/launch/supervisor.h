// Starts ranks that outlive their launcher. A small program in a session of its own, goetia-supervisor, starts them as
// its children, watches them (launch/rank_group.h) and records their identities and how they ended
// (launch/attempt_files.h). It depends on no other process: its launcher may die, be replaced, and find it again.
#pragma once

#include <memory>

#include "experiment/run_lock.h"
#include "launch/supervised_attempt.h"

namespace goetia {

// Starts goetia-supervisor, or the program that the plan names. Returns once the supervisor runs, not its ranks. The
// supervisor takes over the experiment's lock and holds it until it ends.
Result<std::unique_ptr<SupervisedAttempt>> start_supervised(const LaunchPlan& plan, RunLock lock,
                                                            LaunchObserver* observer);

// The main function of the supervisor: the plan is on standard input, `lock` is the descriptor of the inherited lock.
// SIGTERM, SIGINT and SIGHUP request a stop, however often they arrive; SIGQUIT kills the ranks.
Status supervise(int lock);

}  // namespace goetia
