#include <cmath>

#include <gmock/gmock.h>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using namespace testkit;

// An image whose red and green grow evenly, so that a crop's corners can be read from its mean and spread.
Image ramp() {
    Image image{250, 200, 3, {}};
    for (int y = 0; y < 200; ++y) {
        for (int x = 0; x < 250; ++x)
            image.pixels.insert(image.pixels.end(), {static_cast<std::uint8_t>(x), static_cast<std::uint8_t>(y), 0});
    }
    return image;
}

struct Part {
    double width, height, x, y;
};

// Of an 8x8 result over the ramp: neighbours differ by a pixel's share of the part.
Part part_of(const Image& image) {
    const auto red = [&](int x) { return image.pixels[static_cast<std::size_t>(x) * 3]; };
    const auto green = [&](int y) { return image.pixels[static_cast<std::size_t>(y) * 8 * 3 + 1]; };
    return {(red(6) - red(1)) * 8 / 5.0, (green(6) - green(1)) * 8 / 5.0, (red(1) + red(6)) / 2.0,
            (green(1) + green(6)) / 2.0};
}

TEST(RandomResizedCrop, areas_shapes_and_positions_are_drawn_evenly) {
    const auto step =
        transform({{"type", "RandomResizedCrop"}, {"size", 8}, {"scale", {0.1, 0.5}}, {"ratio", {0.75, 1.333}}});
    const Image image = ramp();
    double area = 0, log_ratio = 0, x = 0, y = 0;
    constexpr int kDraws = 2000;
    for (std::uint64_t i = 0; i < kDraws; ++i) {
        const Image cut = apply(*step, image, i);
        ASSERT_EQ(cut.width, 8);
        const Part part = part_of(cut);
        const double share = part.width * part.height / 50000, ratio = part.width / part.height;
        EXPECT_GT(share, 0.085);
        EXPECT_LT(share, 0.53);
        EXPECT_GT(ratio, 0.68);
        EXPECT_LT(ratio, 1.47);
        area += share, log_ratio += std::log(ratio), x += part.x, y += part.y;
    }
    EXPECT_NEAR(area / kDraws, 0.3, 0.012);
    EXPECT_NEAR(log_ratio / kDraws, 0, 0.015);
    EXPECT_NEAR(x / kDraws, 124.5, 3);
    EXPECT_NEAR(y / kDraws, 99.5, 3);
}

TEST(RandomResizedCrop, falls_back_to_the_centre) {
    const auto step = transform({{"type", "RandomResizedCrop"}, {"size", 4}, {"scale", {1, 1}}, {"ratio", {1, 1}}});
    const Image image = apply(*step, gradient_image(30, 4));
    EXPECT_EQ(image.pixels[0], 13 * 7) << "the middle 4 of 30 columns";
    EXPECT_EQ(image.width, 4);
}

TEST(RandomResizedCrop, bad_parameters_are_refused) {
    EXPECT_THAT(transform_error({{"type", "RandomResizedCrop"}, {"size", 8}, {"scale", {0.9, 0.1}}}),
                HasSubstr("scale needs [low, high] with low <= high, found [0.9, 0.1]"));
    EXPECT_THAT(transform_error({{"type", "RandomResizedCrop"}, {"size", 8}, {"ratio", {0, 1}}}),
                HasSubstr("ratio[0]: out of range"));
}

}  // namespace
}  // namespace goetia
