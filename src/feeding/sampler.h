// The order of an epoch: a pure function of (seed, epoch), the same for every rank; ranks then share it out.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "component/registry.h"

namespace goetia {

class Dataset;

class Sampler {
  public:
    virtual ~Sampler() = default;
    // The whole epoch over all ranks, in order.
    [[nodiscard]] virtual std::vector<std::int64_t> order(std::uint64_t seed, std::uint64_t epoch) const = 0;
    [[nodiscard]] virtual std::int64_t size() const = 0;
};

// What a sampler is made over: the data set.
using SamplerRegistry = Registry<Sampler, std::shared_ptr<const Dataset>>;

Status register_builtin_samplers(SamplerRegistry& registry);

// Rank r of `world` takes every world-th sample from the r-th on, so N ranks with batch B see the same global batches
// as one process with batch N*B, and a sampler can decide which rank reads what without knowing how many there are (see
// window_shuffle's lanes).
//
// The last global batch may be unfinished. With `pad` (training) it is filled up from the epoch's start until every
// rank has equally many (`padded` says how many over all ranks). Without (evaluation) no sample comes twice: the last
// ranks may have one fewer. With `drop_last` it is left out.
struct RankOrder {
    std::vector<std::int64_t> samples;
    std::int64_t padded = 0;
};
RankOrder rank_order(const std::vector<std::int64_t>& order, std::int64_t batch, int rank, int world, bool drop_last,
                     bool pad = true);

// How many samples rank_order() gives this rank of `size` ones.
std::int64_t rank_size(std::int64_t size, std::int64_t batch, int rank, int world, bool drop_last, bool pad = true);

}  // namespace goetia
