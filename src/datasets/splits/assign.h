// Assigns items to the parts of a division. All are pure functions; folds are parts of equal shares, train, val and
// test are parts of unequal ones.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace goetia {

struct Division {
    std::vector<double> shares;  // of the parts; they add up to 1
    std::uint64_t seed = 0;
    bool first_covers_all = false;  // part 0 (training) gets at least one item of each stratum
};

// Part sizes match the shares to within one item.
std::vector<std::size_t> assign_random(std::size_t items, const Division& division);

// The same within each stratum, and overall as closely as that allows.
std::vector<std::size_t> assign_stratified(std::span<const std::int64_t> strata, const Division& division);

// All items of a subject go to one part. Subjects are placed in order of decreasing size, each where the counts of
// items, overall and per stratum, come closest to the shares.
std::vector<std::size_t> assign_subjects(std::span<const std::int64_t> strata, std::span<const std::int64_t> subjects,
                                         const Division& division);

}  // namespace goetia
