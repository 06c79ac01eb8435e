// The tree of Parzen estimators (Bergstra et al. 2011), each axis by itself: the trials so far are divided into the
// best tenth and the rest; of 24 candidates drawn from the density of the good ones, the one that is likeliest to be
// good rather than bad is tried.
#pragma once

#include "sweep/decide/strategy.h"

namespace goetia {

constexpr std::size_t kTpeStartup = 10;  // trials that are drawn at random before the densities mean something

// None when every point of a finite space has been tried.
std::optional<SweepPoint> tpe_point(const SearchSpace& space, std::uint64_t seed,
                                    const std::vector<TrialOutcome>& trials);

}  // namespace goetia
