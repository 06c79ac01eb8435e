// Successive halving without waiting (ASHA, Li et al. 2020, in the form that stops losers): at each rung a trial goes
// on if it is among the best 1/eta of those that have reached the rung so far.
#pragma once

#include <cstdint>
#include <vector>

#include "sweep/decide/strategy.h"

namespace goetia {

// The rungs that a run of `epochs` decides at: first_rung, first_rung * eta, ... below `epochs`. At its end there is
// nothing left to stop.
std::vector<std::int64_t> rungs_of(const SweepRules& rules, std::int64_t epochs);

struct RungVerdict {
    bool goes_on = true;
    std::size_t place = 1;  // of its loss among those at the rung, from 1; equal losses share a place
    std::size_t among = 1;
    std::size_t kept = 1;  // how many of them go on: among / eta, at least one
};

// `others`: the losses of the other trials at this rung. A loss that is not a number is worse than any.
RungVerdict rung_verdict(double loss, const std::vector<double>& others, std::int64_t eta);

}  // namespace goetia
