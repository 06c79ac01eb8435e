#include <cmath>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(HSV, zero_amounts_change_at_most_the_rounding) {
    const auto step = transform({{"type", "HSV"}, {"hue", 0}, {"saturation", 0}, {"value", 0}});
    const Image image = gradient_image(30, 20, 40), same = apply(*step, image);
    for (std::size_t i = 0; i < image.pixels.size(); ++i) ASSERT_NEAR(same.pixels[i], image.pixels[i], 4) << i;
}

TEST(HSV, brightness_is_drawn_evenly) {
    const auto step = transform({{"type", "HSV"}, {"hue", 0}, {"saturation", 0}, {"value", 0.5}});
    const Image grey{1, 1, 3, {100, 100, 100}};
    double sum = 0, squares = 0;
    constexpr int kDraws = 4000;
    for (std::uint64_t i = 0; i < kDraws; ++i) {
        const double factor = apply(*step, grey, i).pixels[0] / 100.0;
        ASSERT_GE(factor, 0.49);
        ASSERT_LE(factor, 1.5);
        sum += factor, squares += factor * factor;
    }
    EXPECT_NEAR(sum / kDraws, 1, 0.02);
    EXPECT_NEAR(squares / kDraws - std::pow(sum / kDraws, 2), 1.0 / 12, 0.006);
}

}  // namespace
}  // namespace goetia
