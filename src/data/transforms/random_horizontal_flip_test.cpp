#include "data/testing_data.h"

namespace goetia {
namespace {

using namespace testing_data;

TEST(RandomHorizontalFlip, mirrors_every_pixel) {
    const auto always = transform({{"type", "RandomHorizontalFlip"}, {"prob", 1}});
    const Image image = picture(5, 4), turned = apply(*always, image);
    EXPECT_EQ(turned.pixels[0], 4 * 7);
    EXPECT_EQ(turned.pixels[1], 0);
    EXPECT_EQ(apply(*always, turned).pixels, image.pixels);
    EXPECT_EQ(apply(*transform({{"type", "RandomHorizontalFlip"}, {"prob", 0}}), image).pixels, image.pixels);
}

TEST(RandomHorizontalFlip, comes_as_often_as_asked) {
    const auto often = transform({{"type", "RandomHorizontalFlip"}, {"prob", 0.3}});
    const Image image = picture(3, 3);
    int flipped = 0;
    for (std::uint64_t i = 0; i < 5000; ++i) flipped += apply(*often, image, i).pixels != image.pixels;
    EXPECT_NEAR(flipped / 5000.0, 0.3, 0.02);
}

}  // namespace
}  // namespace goetia
