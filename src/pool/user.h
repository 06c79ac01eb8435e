// What a user has used of the pool, and may spend.
#pragma once

#include "pool/pool_types.h"

namespace goetia {

struct PoolUser {
    UserId id = 0;
    double budget = 0;  // 0: none
    double spent = 0;   // of attempts that ended
    double use = 0;     // weighted seconds, decaying
    // Follow from the others; not stored.
    double running_cost = 0;  // of attempts that run, as of the last tick
    Moment behind = 0;        // what its tasks stand behind in the line
};

}  // namespace goetia
