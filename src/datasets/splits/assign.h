// Which part of a division each item falls into. All are pure functions of their arguments; folds are parts of equal
// shares, train, val and test are parts of unequal ones.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace goetia {

struct Division {
    std::vector<double> shares;  // of the parts; their sum is 1
    std::uint64_t seed = 0;
    bool first_has_all = false;  // part 0 (to train on) gets at least one of each stratum
};

// Parts as large as their shares, to within one item.
std::vector<std::size_t> assign_random(std::size_t items, const Division& division);

// The same within each stratum, to within one item, and overall as well as that allows.
std::vector<std::size_t> assign_stratified(std::span<const std::int64_t> strata, const Division& division);

// Everything of one subject into one part. The largest subjects are placed first, each where the counts of items, and
// of items of each stratum, come nearest to the shares.
std::vector<std::size_t> assign_subjects(std::span<const std::int64_t> strata, std::span<const std::int64_t> subjects,
                                         const Division& division);

}  // namespace goetia
