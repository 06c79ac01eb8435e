#include "feeding/sampler.h"

#include <algorithm>

namespace goetia {
namespace {

// How far the ranks walk together: the order's own length, what is dropped left off or what is padded added.
std::int64_t walked(std::int64_t size, std::int64_t batch, int world, bool drop_last, bool pad) {
    if (drop_last) return size / (batch * world) * (batch * world);
    return pad ? (size + world - 1) / world * world : size;
}

}  // namespace

RankOrder rank_order(const std::vector<std::int64_t>& order, std::int64_t batch, int rank, int world, bool drop_last,
                     bool pad) {
    const auto size = static_cast<std::int64_t>(order.size());
    const std::int64_t end = walked(size, batch, world, drop_last, pad);
    RankOrder mine;
    mine.padded = std::max<std::int64_t>(end - size, 0);
    mine.samples.reserve(static_cast<std::size_t>(rank_size(size, batch, rank, world, drop_last, pad)));
    for (std::int64_t i = rank; i < end; i += world) mine.samples.push_back(order[static_cast<std::size_t>(i % size)]);
    return mine;
}

std::int64_t rank_size(std::int64_t size, std::int64_t batch, int rank, int world, bool drop_last, bool pad) {
    return (walked(size, batch, world, drop_last, pad) - rank + world - 1) / world;
}

}  // namespace goetia
