#include <gmock/gmock.h>

#include "testkit/mixing.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(Mosaic, four_images_meet_at_the_middle) {
    const auto step = transform({{"type", "Mosaic"}, {"size", 40}, {"center", {0.5, 0.5}}});
    Sample sample = uniform_sample(40, 40, 10);
    std::vector<Sample> others{uniform_sample(40, 40, 20), uniform_sample(40, 20, 30), uniform_sample(8, 8, 40)};
    Random random({});
    ASSERT_EQ(step->partners(random), 3);
    ASSERT_TRUE(step->mix(sample, others, random));
    const auto at = [&](int x, int y) { return sample.image.pixels[static_cast<std::size_t>(y * 40 + x) * 3]; };
    EXPECT_EQ(at(5, 5), 10);
    EXPECT_EQ(at(30, 5), 20);
    EXPECT_EQ(at(5, 25), 30);
    EXPECT_EQ(at(30, 30), 40) << "the small one is scaled up";
    ASSERT_EQ(sample.instances.size(), 4U);
    EXPECT_EQ(sample.instances[1].box, (Box{20, 0, 40, 20}));
    EXPECT_EQ(sample.instances[2].box, (Box{0, 20, 20, 40}));
    EXPECT_EQ(sample.instances[3].label, 40);
}

TEST(Mosaic, needs_the_data_set) {
    Sample sample = uniform_sample(4, 4, 1);
    EXPECT_EQ(
        pipeline({{{"type", "Mosaic"}, {"size", 8}}})->apply(sample, 0, 0).error().message,
        "Mosaic (augmentation.train.pipeline[0]): it mixes in other samples, but there is no data set to take them "
        "from");
}

}  // namespace
}  // namespace goetia
