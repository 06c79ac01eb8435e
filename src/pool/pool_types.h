// Numbers and times of the pool.
#pragma once

#include <cstdint>

#include "protocol/status.h"

namespace goetia {

using TaskId = std::uint64_t;  // 0 is none, as for nodes and users
using NodeId = std::uint64_t;
using UserId = std::uint64_t;

// Milliseconds on the pool's own clock: it never goes back and goes on where it was after a restart of the master (the
// service adds steady time to the last moment stored). Jumps of the wall clock change no decision.
using Moment = std::int64_t;

constexpr Moment kSecond = 1000;
constexpr Moment kMinute = 60 * kSecond;
constexpr Moment kHour = 60 * kMinute;
constexpr Moment kNever = INT64_MAX / 4;  // may be added to

struct PoolPolicy {
    Moment ageing = 10 * kMinute;         // waiting this long raises a task by kAgeingPoints
    Moment suspect_after = 30 * kSecond;  // without a status nothing new is placed on a node
    Moment lease = 45 * kSecond;          // ... and then it counts as offline
    Moment start_grace = kMinute;         // after the master's start nobody is declared lost
    Moment first_backoff = 10 * kSecond;  // after a fault of the infrastructure; doubled with each
    Moment longest_backoff = 5 * kMinute;
    Moment pause_hold = 10 * kMinute;  // a paused task keeps its devices for so long, then it is checkpointed and ended
    Moment stop_grace = 2 * kMinute;   // between the request to stop and the purge, at least
    Moment close_limit = kHour;        // an ended attempt whose files do not arrive is given up
    Moment preempt_after = kMinute;    // a task that started later is not preempted
    int preempt_margin = 20;           // points that a task must be above the one it takes the place of
    Moment share_half_life = 6 * kHour;  // what a user used counts half after this time
};

constexpr int kLowestPriority = 0, kHighestPriority = 100;
constexpr int kAgeingPoints = 10;     // of priority, per PoolPolicy::ageing
constexpr int kFairSharePoints = 20;  // that a user who used everything stands behind one who used nothing

// After this long a task that fits somewhere is behind nothing that is submitted later.
constexpr Moment waiting_bound(const PoolPolicy& policy, int priority) {
    return (kHighestPriority - priority + kFairSharePoints) * policy.ageing / kAgeingPoints;
}

}  // namespace goetia
