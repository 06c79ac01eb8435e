#include <gmock/gmock.h>

#include "testkit/batches.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(CutMix, targets_share_by_the_area_pasted) {
    const auto step = batch_transform({{"type", "CutMix"}});
    double kept = 0;
    for (std::uint64_t draw = 0; draw < 500; ++draw) {
        Batch batch = batch_of(2, 10, 2);
        Random random({.sample = draw});
        ASSERT_TRUE(step->apply(batch, random));
        for (int row = 0; row < 2; ++row) {
            const auto own =
                std::count(batch.images() + row * 300, batch.images() + row * 300 + 300, static_cast<float>(row));
            EXPECT_NEAR(batch.truth.soft[static_cast<std::size_t>(row * 2 + row)], static_cast<double>(own) / 300,
                        1e-5);
            EXPECT_NEAR(batch.truth.soft[static_cast<std::size_t>(row * 2)] +
                            batch.truth.soft[static_cast<std::size_t>(row * 2 + 1)],
                        1, 1e-6);
        }
        kept += batch.truth.soft[0];
    }
    EXPECT_GT(kept / 500, 0.75) << "half the draws pair a row with itself";
    EXPECT_LT(kept / 500, 0.9);
}

TEST(CutMix, the_part_pasted_is_one_box_in_all_channels) {
    const auto step = batch_transform({{"type", "CutMix"}});
    for (std::uint64_t draw = 0; draw < 100; ++draw) {
        Batch batch = batch_of(2, 10, 2);
        Random random({.sample = draw});
        ASSERT_TRUE(step->apply(batch, random));
        int top = 10, left = 10, bottom = -1, right = -1, pasted = 0;
        for (int y = 0; y < 10; ++y) {
            for (int x = 0; x < 10; ++x) {
                const float level = batch.images()[y * 10 + x];
                ASSERT_EQ(level, batch.images()[100 + y * 10 + x]);
                ASSERT_EQ(level, batch.images()[200 + y * 10 + x]);
                if (level == 0) continue;
                top = std::min(top, y), left = std::min(left, x), bottom = std::max(bottom, y),
                right = std::max(right, x), ++pasted;
            }
        }
        const int box = pasted == 0 ? 0 : (bottom - top + 1) * (right - left + 1);
        EXPECT_EQ(pasted, box);
    }
}

TEST(CutMix, follows_a_mixup) {
    Batch batch = batch_of(3, 8, 3);
    Random first({.sample = 1}), second({.sample = 2});
    ASSERT_TRUE(batch_transform({{"type", "Mixup"}})->apply(batch, first));
    ASSERT_TRUE(batch_transform({{"type", "CutMix"}})->apply(batch, second));
    for (int row = 0; row < 3; ++row) {
        double sum = 0, level = 0, target = 0;
        for (int c = 0; c < 3; ++c)
            sum += batch.truth.soft[static_cast<std::size_t>(row * 3 + c)],
                target += c * batch.truth.soft[static_cast<std::size_t>(row * 3 + c)];
        for (int i = 0; i < 192; ++i) level += batch.images()[row * 192 + i] / 192;
        EXPECT_NEAR(sum, 1, 1e-5);
        EXPECT_NEAR(level, target, 1e-4) << "the mean level is the mean of what is in it";
    }
}

}  // namespace
}  // namespace goetia
