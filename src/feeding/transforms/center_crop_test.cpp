#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(CenterCrop, cuts_out_the_middle) {
    const Image image = apply(*transform({{"type", "CenterCrop"}, {"size", {2, 4}}}), gradient_image(10, 8));
    EXPECT_EQ(image.width, 4);
    EXPECT_EQ(image.height, 2);
    EXPECT_EQ(image.pixels[0], 3 * 7) << "column 3 of 10";
    EXPECT_EQ(image.pixels[1], 3 * 11) << "row 3 of 8";
}

TEST(CenterCrop, odd_margins_are_rounded_half_to_even) {
    EXPECT_EQ(apply(*transform({{"type", "CenterCrop"}, {"size", 4}}), gradient_image(5, 4)).pixels[0], 0);  // 0.5 -> 0
    EXPECT_EQ(apply(*transform({{"type", "CenterCrop"}, {"size", 4}}), gradient_image(7, 4)).pixels[0],
              2 * 7);  // 1.5 -> 2
}

TEST(CenterCrop, a_smaller_image_gets_a_black_border) {
    const Image image = apply(*transform({{"type", "CenterCrop"}, {"size", 6}}), gradient_image(3, 6, 50));
    EXPECT_EQ(image.width, 6);
    EXPECT_EQ(image.pixels[2], 0) << "border";
    EXPECT_EQ(image.pixels[1 * 3 + 2], 50) << "one column of border left, two right";
    EXPECT_EQ(image.pixels[4 * 3 + 2], 0);
}

}  // namespace
}  // namespace goetia
