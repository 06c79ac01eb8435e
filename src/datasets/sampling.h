// Building blocks shared by several samplers. All are pure functions.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "datasets/dataset.h"

namespace goetia {

struct StreamKey {
    std::uint64_t seed = 0;
    std::uint64_t stream = 0;   // distinguishes streams within an epoch
    std::uint64_t purpose = 0;  // purpose("sampler.<name>")
};

// Steps [from, from + count) of an endless stream over `items`: all of them in a random order, then all again in
// another.
std::vector<std::int64_t> shuffled_stream(std::span<const std::int64_t> items, std::uint64_t from, std::uint64_t count,
                                          const StreamKey& key);

// Splits `total` into whole numbers in proportion to `shares` (any scale), each within one of its exact part.
std::vector<std::int64_t> apportion(std::int64_t total, const std::vector<double>& shares);

Result<std::vector<SampleInfo>> sample_infos(const Dataset& dataset);

// The samples that contain each class.
std::vector<std::vector<std::int64_t>> samples_by_class(const std::vector<SampleInfo>& infos, std::size_t classes);

}  // namespace goetia
