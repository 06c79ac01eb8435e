// Points that are drawn whatever the trials show.
#pragma once

#include "base/random.h"
#include "sweep/decide/strategy.h"

namespace goetia {

// Independent of the points before.
SweepPoint random_point(const SearchSpace& space, std::uint64_t seed, std::size_t number);
// Of a finite space: its points in an order drawn by the seed; none after the last.
std::optional<SweepPoint> shuffled_point(const SearchSpace& space, std::uint64_t seed, std::size_t number);

double uniform_value(const SearchAxis& axis, Random& random);

}  // namespace goetia
