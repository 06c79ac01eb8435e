// Common properties of the batch transforms that mix rows.
#include "testkit/batches.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(MixedBatches, one_channel_gives_what_the_first_of_three_gives) {
    for (const char* name : {"Mixup", "CutMix"}) {
        const auto step = batch_transform({{"type", name}});
        for (std::uint64_t draw = 0; draw < 20; ++draw) {
            Batch grey = batch_of(4, 9, 4, 1), colour = batch_of(4, 9, 4, 3);
            Random first({.sample = draw}), second({.sample = draw});
            ASSERT_TRUE(step->apply(grey, first));
            ASSERT_TRUE(step->apply(colour, second));
            EXPECT_EQ(grey.truth.soft, colour.truth.soft) << name;
            for (std::int64_t row = 0; row < 4; ++row)
                ASSERT_TRUE(
                    std::equal(grey.images() + row * 81, grey.images() + (row + 1) * 81, colour.images() + row * 243))
                    << name << " row " << row;
        }
    }
}

}  // namespace
}  // namespace goetia
