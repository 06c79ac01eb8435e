#include "feeding/sampler.h"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

namespace goetia {
namespace {

using Numbers = std::vector<std::int64_t>;

Numbers counted_up(std::int64_t size) {
    Numbers list(static_cast<std::size_t>(size));
    std::iota(list.begin(), list.end(), 0);
    return list;
}

TEST(RankOrder, ranks_take_turns) {
    EXPECT_EQ(rank_order(counted_up(12), 2, 0, 3, false).samples, (Numbers{0, 3, 6, 9}));
    EXPECT_EQ(rank_order(counted_up(12), 2, 2, 3, false).samples, (Numbers{2, 5, 8, 11}));
    EXPECT_EQ(rank_order(counted_up(12), 2, 2, 3, false).padded, 0);
}

TEST(RankOrder, a_lone_rank_keeps_the_order_and_a_smaller_last_batch) {
    EXPECT_EQ(rank_order(counted_up(7), 3, 0, 1, false).samples, counted_up(7));
    EXPECT_EQ(rank_order(counted_up(7), 3, 0, 1, true).samples, counted_up(6));
}

TEST(RankOrder, the_last_global_batch_is_padded_from_the_epochs_start) {
    EXPECT_EQ(rank_order(counted_up(9), 2, 0, 2, false).samples, (Numbers{0, 2, 4, 6, 8}));
    EXPECT_EQ(rank_order(counted_up(9), 2, 1, 2, false).samples, (Numbers{1, 3, 5, 7, 0}));
    EXPECT_EQ(rank_order(counted_up(9), 2, 1, 2, false).padded, 1);
    EXPECT_EQ(rank_order(counted_up(1), 4, 3, 4, false).samples, (Numbers{0})) << "more ranks than samples";
}

TEST(RankOrder, without_padding_every_sample_comes_once) {
    for (std::int64_t size = 0; size < 30; ++size) {
        for (const int world : {1, 2, 3, 4}) {
            for (const std::int64_t batch : {1, 2, 5}) {
                Numbers all;
                for (int rank = 0; rank < world; ++rank) {
                    const Numbers mine = rank_order(counted_up(size), batch, rank, world, false, false).samples;
                    EXPECT_EQ(static_cast<std::int64_t>(mine.size()),
                              rank_size(size, batch, rank, world, false, false));
                    all.insert(all.end(), mine.begin(), mine.end());
                }
                std::sort(all.begin(), all.end());
                EXPECT_EQ(all, counted_up(size)) << size << " samples, " << world << " ranks, batch " << batch;
            }
        }
    }
}

TEST(RankOrder, with_padding_all_ranks_have_as_many) {
    for (std::int64_t size = 1; size < 30; ++size) {
        for (const int world : {2, 3, 4}) {
            const RankOrder first = rank_order(counted_up(size), 3, 0, world, false);
            std::size_t rows = 0;
            for (int rank = 0; rank < world; ++rank) {
                const RankOrder mine = rank_order(counted_up(size), 3, rank, world, false);
                EXPECT_EQ(mine.samples.size(), first.samples.size());
                EXPECT_EQ(static_cast<std::int64_t>(mine.samples.size()), rank_size(size, 3, rank, world, false));
                EXPECT_EQ(rank_order(counted_up(size), 3, rank, world, true).samples.size(),
                          static_cast<std::size_t>(size / (3 * world) * 3));
                rows += mine.samples.size();
            }
            EXPECT_EQ(static_cast<std::int64_t>(rows), size + first.padded);
        }
    }
}

TEST(RankOrder, a_global_batch_is_the_same_for_any_number_of_ranks) {
    const Numbers order = counted_up(24);
    for (const int world : {2, 3}) {
        const std::int64_t batch = 12 / world;
        for (std::int64_t k = 0; k < 2; ++k) {
            Numbers together;
            for (int rank = 0; rank < world; ++rank) {
                const Numbers mine = rank_order(order, batch, rank, world, false).samples;
                together.insert(together.end(), mine.begin() + k * batch, mine.begin() + (k + 1) * batch);
            }
            std::ranges::sort(together);
            EXPECT_EQ(together, Numbers(order.begin() + k * 12, order.begin() + (k + 1) * 12));
        }
    }
}

}  // namespace
}  // namespace goetia
