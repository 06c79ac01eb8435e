// What is done when something happens to the ranks of an attempt, as a table: no clock, process or signal in here.
// RankGroup feeds it events and carries out the effects.
//
//   running --interrupt, stop--> stopping --interrupt--> killing --last rank gone--> over
//      |                            |                      ^
//      +--rank failed---------------+--> ending --grace over or interrupt
//
// A kill that is asked for leads to killing from everywhere.
#pragma once

#include <string_view>
#include <vector>

namespace goetia {

enum class WatchState {
    kRunning,   // the ranks train
    kStopping,  // asked to finish the step and write a checkpoint
    kEnding,    // one rank failed; the others were told to end
    kKilling,   // the ranks were killed
    kOver,      // no rank is left
};

enum class WatchEvent {
    kInterrupt,     // a person's signal: the second one means more than the first
    kRankFinished,  // a rank ended as it should: completed, or stopped on request
    kRankFailed,    // a rank ended in any other way
    kGraceOver,     // the time that kStartGrace began has passed
    kLastGone,      // no rank is left (after the event of the last rank itself)
    kStopAsked,     // by a program, which may say it again and mean the same
    kKillAsked,
};

enum class WatchEffect {
    kAskStop,     // write "stop" to the control file
    kTerminate,   // SIGTERM to the ranks that are left
    kKill,        // SIGKILL to the ranks that are left
    kStartGrace,  // come back with kGraceOver
};

struct WatchMove {
    WatchState to;
    std::vector<WatchEffect> effects;
};

std::string_view watch_state_name(WatchState state);

// Every pair has an answer; an event that changes nothing stays in the state without an effect.
WatchMove watch_step(WatchState state, WatchEvent event);

}  // namespace goetia
