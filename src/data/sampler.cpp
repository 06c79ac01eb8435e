#include "data/sampler.h"

#include <algorithm>

namespace goetia {
namespace {

// What of the last, unfinished global batch falls to one rank: [first, first + rows) of the whole order, where
// positions from `size` on mean the epoch's start again.
struct Tail {
    std::int64_t first = 0;
    std::int64_t rows = 0;
    std::int64_t padded = 0;
};

Tail tail_of(std::int64_t size, std::int64_t batch, int rank, int world, bool drop_last, bool pad) {
    const std::int64_t whole = size / (batch * world) * (batch * world);
    const std::int64_t left = size - whole;
    if (drop_last || left == 0) return {};
    const std::int64_t slice = (left + world - 1) / world;
    const std::int64_t first = whole + rank * slice;
    if (pad) return {first, slice, slice * world - left};
    return {first, std::clamp<std::int64_t>(size - first, 0, slice), 0};
}

}  // namespace

RankOrder rank_order(const std::vector<std::int64_t>& order, std::int64_t batch, int rank, int world, bool drop_last,
                     bool pad) {
    const auto size = static_cast<std::int64_t>(order.size());
    RankOrder mine;
    mine.samples.reserve(static_cast<std::size_t>(rank_size(size, batch, rank, world, drop_last, pad)));
    for (std::int64_t k = 0; k < size / (batch * world); ++k) {
        const auto from = order.begin() + (k * world + rank) * batch;
        mine.samples.insert(mine.samples.end(), from, from + batch);
    }
    const Tail tail = tail_of(size, batch, rank, world, drop_last, pad);
    for (std::int64_t i = 0; i < tail.rows; ++i)
        mine.samples.push_back(order[static_cast<std::size_t>((tail.first + i) % size)]);
    mine.padded = tail.padded;
    return mine;
}

std::int64_t rank_size(std::int64_t size, std::int64_t batch, int rank, int world, bool drop_last, bool pad) {
    return size / (batch * world) * batch + tail_of(size, batch, rank, world, drop_last, pad).rows;
}

}  // namespace goetia
