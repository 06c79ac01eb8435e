#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

struct Flip {
    const char* name;
    int first[2];  // the values that come first once gradient_image(5, 4) was flipped
};

class RandomFlips : public ::testing::TestWithParam<Flip> {};

TEST_P(RandomFlips, mirrors_every_pixel) {
    const auto always = transform({{"type", GetParam().name}, {"prob", 1}});
    const Image image = gradient_image(5, 4), turned = apply(*always, image);
    EXPECT_EQ(turned.pixels[0], GetParam().first[0]);
    EXPECT_EQ(turned.pixels[1], GetParam().first[1]);
    EXPECT_EQ(apply(*always, turned).pixels, image.pixels);
    EXPECT_EQ(apply(*transform({{"type", GetParam().name}, {"prob", 0}}), image).pixels, image.pixels);
}

TEST_P(RandomFlips, is_applied_with_its_probability) {
    const auto often = transform({{"type", GetParam().name}, {"prob", 0.3}});
    const Image image = gradient_image(3, 3);
    int flipped = 0;
    for (std::uint64_t i = 0; i < 5000; ++i) flipped += apply(*often, image, i).pixels != image.pixels;
    EXPECT_NEAR(flipped / 5000.0, 0.3, 0.02);
}

INSTANTIATE_TEST_SUITE_P(Both, RandomFlips,
                         ::testing::Values(Flip{"RandomHorizontalFlip", {4 * 7, 0}},
                                           Flip{"RandomVerticalFlip", {0, 3 * 11}}),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace goetia
