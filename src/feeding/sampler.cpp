#include "feeding/sampler.h"

#include <algorithm>

namespace goetia {
namespace {

// The length of the order that all ranks share: without what is dropped, with what is padded.
std::int64_t common_length(std::int64_t size, std::int64_t batch, int world, bool drop_last, bool pad) {
    if (drop_last) return size / (batch * world) * (batch * world);
    return pad ? (size + world - 1) / world * world : size;
}

}  // namespace

RankOrder rank_order(const std::vector<std::int64_t>& order, std::int64_t batch, int rank, int world, bool drop_last,
                     bool pad) {
    const auto size = static_cast<std::int64_t>(order.size());
    const std::int64_t end = common_length(size, batch, world, drop_last, pad);
    RankOrder mine;
    mine.padded = std::max<std::int64_t>(end - size, 0);
    mine.samples.reserve(static_cast<std::size_t>(rank_size(size, batch, rank, world, drop_last, pad)));
    for (std::int64_t i = rank; i < end; i += world) mine.samples.push_back(order[static_cast<std::size_t>(i % size)]);
    return mine;
}

std::int64_t rank_size(std::int64_t size, std::int64_t batch, int rank, int world, bool drop_last, bool pad) {
    return (common_length(size, batch, world, drop_last, pad) - rank + world - 1) / world;
}

}  // namespace goetia
