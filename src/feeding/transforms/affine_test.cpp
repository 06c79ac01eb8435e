#include <set>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(Affine, zero_amounts_change_nothing) {
    const Image image = gradient_image(15, 11);
    EXPECT_EQ(apply(*transform({{"type", "Affine"}}), image).pixels, image.pixels);
}

TEST(Affine, scaling_about_the_middle_keeps_the_middle) {
    const auto step = transform({{"type", "Affine"}, {"scale", 2}});
    Sample sample;
    sample.image = gradient_image(20, 20);
    sample.instances.resize(2);
    sample.instances[0].box = {8, 8, 12, 12};
    sample.instances[1].box = {0, 0, 3, 3};
    Random random({});
    ASSERT_TRUE(step->apply(sample, random));
    ASSERT_EQ(sample.instances.size(), 1U) << "the corner left the image";
    EXPECT_EQ(sample.instances[0].box, (Box{6, 6, 14, 14}));
}

TEST(Affine, shifts_are_whole_pixels_within_the_limit) {
    const auto step = transform({{"type", "Affine"}, {"translate", {0.25, 0}}});
    std::set<float> seen;
    for (std::uint64_t i = 0; i < 400; ++i) {
        Sample sample;
        sample.image = gradient_image(20, 20);
        sample.instances.resize(1);
        sample.instances[0].box = {8, 8, 12, 12};
        Random random({.seed = 1, .sample = i});
        ASSERT_TRUE(step->apply(sample, random));
        seen.insert(sample.instances.at(0).box.x1 - 8);
        ASSERT_EQ(sample.instances[0].box.y1, 8);
    }
    EXPECT_EQ(seen, (std::set<float>{-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5}));
}

}  // namespace
}  // namespace goetia
