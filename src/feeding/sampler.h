// Samplers: the order of an epoch as a pure function of (seed, epoch), the same on every rank, and its split among
// ranks.
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
    // The order of the epoch, over all ranks.
    [[nodiscard]] virtual std::vector<std::int64_t> order(std::uint64_t seed, std::uint64_t epoch) const = 0;
    [[nodiscard]] virtual std::int64_t size() const = 0;
};

// Samplers are created for a data set.
using SamplerRegistry = Registry<Sampler, std::shared_ptr<const Dataset>>;

Status register_builtin_samplers(SamplerRegistry& registry);

// Rank r of `world` takes every world-th sample, starting with the r-th. So N ranks with batch B see the same global
// batches as one process with batch N*B, and a sampler can decide which rank reads what without knowing their number
// (see the lanes of window_shuffle).
//
// The last global batch may be incomplete. `pad` (training) fills it with samples from the start of the epoch until
// every rank has equally many (`padded`: how many, over all ranks). Without `pad` (evaluation) no sample comes twice,
// and the last ranks may have one sample fewer. `drop_last` drops the incomplete batch.
struct RankOrder {
    std::vector<std::int64_t> samples;
    std::int64_t padded = 0;
};
RankOrder rank_order(const std::vector<std::int64_t>& order, std::int64_t batch, int rank, int world, bool drop_last,
                     bool pad = true);

// The number of samples that rank_order() gives this rank out of `size`.
std::int64_t rank_size(std::int64_t size, std::int64_t batch, int rank, int world, bool drop_last, bool pad = true);

}  // namespace goetia
