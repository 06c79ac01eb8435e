#include "learn/loop/extent.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace goetia {
namespace {

TEST(BatchLimit, is_a_count_or_a_share_and_never_nothing) {
    EXPECT_FALSE(batch_limit(nullptr));
    EXPECT_EQ(batch_limit(5)->of(100), 5);
    EXPECT_EQ(batch_limit(5)->of(3), 3);
    EXPECT_EQ(batch_limit(0.25)->of(100), 25);
    EXPECT_EQ(batch_limit(1.0)->of(7), 7);
    EXPECT_EQ(batch_limit(0.001)->of(7), 1);
}

TEST(RunExtent, is_whole_epochs_unless_limited) {
    const RunExtent whole = run_extent(10, 4, 3, {});
    EXPECT_EQ(whole.batches, 10);
    EXPECT_EQ(whole.steps_per_epoch, 3);
    EXPECT_EQ(whole.epochs, 3);
}

TEST(RunExtent, ends_in_the_epoch_that_reaches_max_steps) {
    EXPECT_EQ(run_extent(10, 1, 100, {.max_steps = 25}).epochs, 3);
    EXPECT_EQ(run_extent(10, 1, 100, {.max_steps = 20}).epochs, 2);
    EXPECT_EQ(run_extent(10, 1, 2, {.max_steps = 1000}).epochs, 2);
}

TEST(RunExtent, takes_the_batches_to_be_learned_by_heart_before_any_limit) {
    EXPECT_EQ(run_extent(10, 2, 5, {.train = BatchLimit{.count = 8}, .overfit_batches = 3}).batches, 3);
    EXPECT_EQ(run_extent(10, 2, 5, {.train = BatchLimit{.count = 8}}).steps_per_epoch, 4);
}

}  // namespace
}  // namespace goetia
