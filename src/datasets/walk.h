// What several samplers are made of. All are pure functions of their arguments.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "datasets/dataset.h"

namespace goetia {

struct WalkKey {
    std::uint64_t seed = 0;
    std::uint64_t stream = 0;   // two walks of one epoch need two
    std::uint64_t purpose = 0;  // purpose("sampler.<name>")
};

// Steps [from, from + count) of an endless walk through `items`: all of them in a random order, then all in another.
std::vector<std::int64_t> walk(std::span<const std::int64_t> items, std::uint64_t from, std::uint64_t count,
                               const WalkKey& key);

// `shares` (any scale) of `total` as whole numbers with that sum, each within one of its exact part.
std::vector<std::int64_t> apportion(std::int64_t total, const std::vector<double>& shares);

Result<std::vector<Brief>> briefs_of(const Dataset& dataset);

// The samples that show each class.
std::vector<std::vector<std::int64_t>> samples_by_class(const std::vector<Brief>& briefs, std::size_t classes);

}  // namespace goetia
