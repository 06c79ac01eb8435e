#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(ToTensor, gives_floats_0_to_1_channel_by_channel) {
    Sample sample;
    sample.image = {2, 1, 3, {0, 51, 255, 102, 204, 1}};
    Random random(RandomKey{});
    ASSERT_TRUE(transform({{"type", "ToTensor"}})->apply(sample, random));
    EXPECT_EQ(sample.planes.channels, 3);
    EXPECT_EQ(sample.planes.height, 1);
    EXPECT_EQ(sample.planes.width, 2);
    EXPECT_EQ(sample.planes.values, (std::vector<float>{0.0F, 0.4F, 0.2F, 0.8F, 1.0F, 1.0F / 255.0F}));
    EXPECT_TRUE(sample.image.pixels.empty()) << "the bytes are let go";
}

}  // namespace
}  // namespace goetia
