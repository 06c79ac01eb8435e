#include "launch/watch.h"

namespace goetia {
namespace {

struct Row {
    WatchState from;
    WatchEvent event;
    WatchState to;
    std::vector<WatchEffect> effects;
};

const std::vector<Row>& table() {
    using S = WatchState;
    using E = WatchEvent;
    using F = WatchEffect;
    static const std::vector<Row> kRows = {
        {S::kRunning, E::kInterrupt, S::kStopping, {F::kRequestStop}},
        {S::kRunning, E::kRankFailed, S::kEnding, {F::kTerminate, F::kStartGrace}},
        {S::kRunning, E::kStopRequested, S::kStopping, {F::kRequestStop}},
        {S::kRunning, E::kKillRequested, S::kKilling, {F::kKill}},
        {S::kStopping, E::kInterrupt, S::kKilling, {F::kKill}},
        {S::kStopping, E::kKillRequested, S::kKilling, {F::kKill}},
        {S::kStopping, E::kRankFailed, S::kEnding, {F::kTerminate, F::kStartGrace}},
        {S::kEnding, E::kInterrupt, S::kKilling, {F::kKill}},
        {S::kEnding, E::kKillRequested, S::kKilling, {F::kKill}},
        {S::kEnding, E::kGraceOver, S::kKilling, {F::kKill}},
        {S::kRunning, E::kLastGone, S::kOver, {}},
        {S::kStopping, E::kLastGone, S::kOver, {}},
        {S::kEnding, E::kLastGone, S::kOver, {}},
        {S::kKilling, E::kLastGone, S::kOver, {}},
    };
    return kRows;
}

}  // namespace

std::string_view watch_state_name(WatchState state) {
    switch (state) {
        case WatchState::kRunning: return "running";
        case WatchState::kStopping: return "stopping";
        case WatchState::kEnding: return "ending";
        case WatchState::kKilling: return "killing";
        case WatchState::kOver: return "over";
    }
    return "over";
}

WatchTransition watch_step(WatchState state, WatchEvent event) {
    for (const Row& row : table()) {
        if (row.from == state && row.event == event) return {row.to, row.effects};
    }
    return {state, {}};
}

}  // namespace goetia
