#include <map>

#include <gmock/gmock.h>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using namespace testkit;

TEST(Resize, one_number_is_the_shorter_side) {
    const auto step = transform({{"type", "Resize"}, {"size", 256}});
    const Image wide = apply(*step, gradient_image(500, 375)), tall = apply(*step, gradient_image(375, 500));
    EXPECT_EQ(wide.height, 256);
    EXPECT_EQ(wide.width, 341);  // 256 * 500 / 375, rounded down
    EXPECT_EQ(tall.width, 256);
    EXPECT_EQ(tall.height, 341);
}

TEST(Resize, two_numbers_are_height_and_width) {
    const Image image = apply(*transform({{"type", "Resize"}, {"size", {10, 20}}}), gradient_image(33, 44));
    EXPECT_EQ(image.height, 10);
    EXPECT_EQ(image.width, 20);
    EXPECT_EQ(image.pixels.size(), 600U);
}

TEST(Resize, halving_weighs_the_covered_pixels_and_one_size_stays) {
    Image row{4, 1, 3, {}};
    for (const int level : {0, 100, 200, 100}) row.pixels.insert(row.pixels.end(), 3, static_cast<std::uint8_t>(level));
    const Image half = apply(*transform({{"type", "Resize"}, {"size", {1, 2}}}), row);
    // Weights 3 3 1 (of 7) at both ends: (0*3 + 100*3 + 200*1) / 7 and (100*1 + 200*3 + 100*3) / 7.
    EXPECT_EQ(half.pixels[0], 71);
    EXPECT_EQ(half.pixels[3], 143);
    EXPECT_EQ(apply(*transform({{"type", "Resize"}, {"size", {1, 4}}}), row).pixels, row.pixels);
}

TEST(Resize, a_flat_image_stays_flat) {
    Image flat{50, 31, 3, std::vector<std::uint8_t>(50 * 31 * 3, 255)};
    for (const int size : {1, 7, 64}) {
        for (const std::uint8_t level : apply(*transform({{"type", "Resize"}, {"size", size}}), flat).pixels)
            ASSERT_EQ(level, 255);
    }
}

TEST(Resize, bad_parameters_are_refused) {
    EXPECT_THAT(transform_error({{"type", "Resize"}}),
                HasSubstr("transform 'Resize' (augmentation.train.pipeline[0]): give either size or sizes"));
    EXPECT_THAT(transform_error({{"type", "Resize"}, {"size", 0}}), HasSubstr("size: out of range, found 0"));
    EXPECT_THAT(transform_error({{"type", "Resize"}, {"size", {1, 2, 3}}}), HasSubstr("size: must hold 2 values"));
}

Sample boxed(int width, int height) {
    Sample sample;
    sample.image = gradient_image(width, height);
    sample.instances.resize(1);
    sample.instances[0].box = {0, 0, static_cast<float>(width), static_cast<float>(height) / 2};
    return sample;
}

TEST(Resize, a_letterbox_keeps_the_shape_and_fills_the_rest) {
    Sample sample = boxed(40, 20);
    Random random({});
    ASSERT_TRUE(transform({{"type", "Resize"}, {"size", 20}, {"mode", "letterbox"}})->apply(sample, random));
    EXPECT_EQ(sample.image.width, 20);
    EXPECT_EQ(sample.image.height, 20);
    EXPECT_EQ(sample.instances[0].box, (Box{0, 5, 20, 10}));
    EXPECT_EQ(sample.image.pixels[0], 114) << "five rows above and below";
    EXPECT_EQ(sample.image.pixels[4 * 20 * 3], 114);
    EXPECT_EQ(sample.image.pixels[5 * 20 * 3 + 2], 0) << "the image's blue";
}

TEST(Resize, the_longer_side_can_be_limited) {
    const auto step = transform({{"type", "Resize"}, {"size", 30}, {"max_size", 50}});
    const Image wide = apply(*step, gradient_image(40, 10)), square = apply(*step, gradient_image(20, 20));
    EXPECT_EQ(wide.width, 50);
    EXPECT_EQ(wide.height, 12);
    EXPECT_EQ(square.width, 30);
}

TEST(Resize, one_of_several_sizes_is_drawn_for_each_image) {
    const auto step = transform({{"type", "Resize"}, {"sizes", {10, 12, 14}}});
    std::map<int, int> drawn;
    for (std::uint64_t i = 0; i < 600; ++i) ++drawn[apply(*step, gradient_image(8, 8), i).width];
    ASSERT_EQ(drawn.size(), 3U);
    double chi = 0;
    for (const auto& [side, count] : drawn) chi += (count - 200.0) * (count - 200.0) / 200;
    EXPECT_LT(chi, 9.2) << "two degrees of freedom, one in a hundred";
}

TEST(Resize, contradictory_sizes_are_refused) {
    EXPECT_THAT(transform_error({{"type", "Resize"}}), testing::HasSubstr("give either size or sizes"));
    EXPECT_THAT(transform_error({{"type", "Resize"}, {"size", {3, 4}}, {"mode", "short_side"}}),
                testing::HasSubstr("mode short_side needs one number for size, found [3,4]"));
}

}  // namespace
}  // namespace goetia
