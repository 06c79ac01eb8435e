#include <gmock/gmock.h>

#include "testkit/batches.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(Mixup, images_and_targets_share_one_weight) {
    const auto step = batch_transform({{"type", "Mixup"}, {"alpha", 0.8}});
    double weights = 0;
    for (std::uint64_t draw = 0; draw < 500; ++draw) {
        Batch batch = batch_of(4, 3, 4);  // every row a class of its own
        Random random({.sample = draw});
        ASSERT_TRUE(step->apply(batch, random));
        ASSERT_EQ(batch.truth.soft.size(), 16U);
        for (int row = 0; row < 4; ++row) {
            float level = 0, sum = 0;
            for (int c = 0; c < 4; ++c) {
                level += static_cast<float>(c) * batch.truth.soft[static_cast<std::size_t>(row * 4 + c)];
                sum += batch.truth.soft[static_cast<std::size_t>(row * 4 + c)];
            }
            EXPECT_NEAR(sum, 1, 1e-6);
            for (int i = 0; i < 27; ++i)
                ASSERT_NEAR(batch.images()[row * 27 + i], level, 1e-5) << "the image is mixed as its target";
        }
        weights += batch.truth.soft[0];
    }
    EXPECT_NEAR(weights / 500, 0.625, 0.05) << "half from the weight, a quarter of the rest paired with itself";
}

TEST(Mixup, is_applied_with_its_probability_and_always_gives_soft_targets) {
    const auto step = batch_transform({{"type", "Mixup"}, {"prob", 0.4}});
    int mixed = 0;
    for (std::uint64_t draw = 0; draw < 2000; ++draw) {
        Batch batch = batch_of(8, 1, 8);
        Random random({.sample = draw});
        ASSERT_TRUE(step->apply(batch, random));
        ASSERT_EQ(batch.truth.soft.size(), 64U);
        mixed += std::count(batch.truth.soft.begin(), batch.truth.soft.end(), 1.0F) < 8;
    }
    EXPECT_NEAR(mixed / 2000.0, 0.4, 0.04);
}

TEST(Mixup, a_sample_without_label_is_an_error) {
    Batch batch = batch_of(2, 1, 2);
    batch.truth.labels[1] = -1;
    Random random(RandomKey{});
    EXPECT_EQ(batch_transform({{"type", "Mixup"}})->apply(batch, random).error().message,
              "labels cannot be mixed: sample 1 has no label");
}

}  // namespace
}  // namespace goetia
