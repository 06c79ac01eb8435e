#include <gmock/gmock.h>

#include "testkit/mixing.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(MixUpDetection, images_are_blended_and_both_keep_their_boxes) {
    const auto step = transform({{"type", "MixUpDetection"}, {"alpha", 1000}, {"prob", 1}});
    Sample sample = uniform_sample(40, 40, 0);
    std::vector<Sample> others{uniform_sample(20, 20, 200)};
    Random random({});
    ASSERT_EQ(step->partners(random), 1);
    ASSERT_TRUE(step->mix(sample, others, random));
    EXPECT_NEAR(sample.image.pixels[0], 100, 15) << "about half of each";
    ASSERT_EQ(sample.instances.size(), 2U);
    EXPECT_EQ(sample.instances[1].box, (Box{0, 0, 40, 40}));
    sample.mask = {40, 40, 1, std::vector<std::uint8_t>(1600)};
    others = {uniform_sample(20, 20, 200)};
    EXPECT_EQ(step->mix(sample, others, random).error().message,
              "it blends two images, which one semantic mask cannot express; use Mosaic or CopyPaste");
}

TEST(MixUpDetection, is_applied_with_its_probability) {
    const auto step = transform({{"type", "MixUpDetection"}, {"prob", 0.3}});
    int mixed = 0;
    for (std::uint64_t i = 0; i < 4000; ++i) {
        Random random({.sample = i});
        mixed += step->partners(random);
    }
    EXPECT_NEAR(mixed / 4000.0, 0.3, 0.025);
}

}  // namespace
}  // namespace goetia
