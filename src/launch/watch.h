// The reactions to events of an attempt's ranks, as a state machine: no clocks, processes or signals are used here.
// RankGroup feeds it events and executes the effects.
//
//   running --interrupt, stop--> stopping --interrupt--> killing --last rank gone--> over
//      |                            |                      ^
//      +--rank failed---------------+--> ending --grace over or interrupt
//
// A kill request leads to killing from every state.
#pragma once

#include <string_view>
#include <vector>

namespace goetia {

enum class WatchState {
    kRunning,   // the ranks are training
    kStopping,  // asked to finish the step and write a checkpoint
    kEnding,    // a rank failed; the others were told to end
    kKilling,   // the ranks were killed
    kOver,      // no rank is left
};

enum class WatchEvent {
    kInterrupt,      // a user's signal; the second one has another meaning than the first
    kRankFinished,   // a rank ended normally: completed, or stopped on request
    kRankFailed,     // a rank ended in any other way
    kGraceOver,      // the time started by kStartGrace has passed
    kLastGone,       // no rank is left (sent after the event of the last rank itself)
    kStopRequested,  // by a program; repeating it has no effect
    kKillRequested,
};

enum class WatchEffect {
    kRequestStop,  // write "stop" to the control file
    kTerminate,    // SIGTERM to the ranks that are left
    kKill,         // SIGKILL to the ranks that are left
    kStartGrace,   // send kGraceOver later
};

struct WatchTransition {
    WatchState to;
    std::vector<WatchEffect> effects;
};

std::string_view watch_state_name(WatchState state);

// Defined for every pair; an event without effect leaves the state unchanged.
WatchTransition watch_step(WatchState state, WatchEvent event);

}  // namespace goetia
