#include <gmock/gmock.h>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(AugMix, the_blend_keeps_size_and_stays_near_the_image) {
    const auto step = transform({{"type", "AugMix"}, {"severity", 1}, {"all_ops", false}});
    const Image image{16, 16, 3, std::vector<std::uint8_t>(16 * 16 * 3, 128)};
    for (std::uint64_t i = 0; i < 50; ++i) EXPECT_EQ(apply(*step, image, i).pixels.size(), image.pixels.size());
}

TEST(AugMix, different_draws_differ) {
    const auto step = transform({{"type", "AugMix"}});
    const Image image = gradient_image(20, 16, 90);
    EXPECT_NE(apply(*step, image, 1).pixels, apply(*step, image, 2).pixels);
    EXPECT_EQ(apply(*step, image, 1).pixels, apply(*step, image, 1).pixels);
}

TEST(AugMix, boxes_cannot_follow_a_blend) {
    Sample sample;
    sample.image = gradient_image(8, 8);
    sample.instances.resize(1);
    Random random({});
    EXPECT_EQ(transform({{"type", "AugMix"}})->apply(sample, random).error().message,
              "it blends copies with different geometry, so boxes and masks would not fit; use RandAugment for "
              "detection and segmentation");
}

}  // namespace
}  // namespace goetia
