#include <set>

#include <gmock/gmock.h>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using namespace testkit;

Image one(int red, int green, int blue) {
    return {
        1, 1, 3, {static_cast<std::uint8_t>(red), static_cast<std::uint8_t>(green), static_cast<std::uint8_t>(blue)}};
}

TEST(ColorJitter, a_fixed_range_is_a_fixed_change) {
    EXPECT_EQ(apply(*transform({{"type", "ColorJitter"}, {"brightness", {0.5, 0.5}}}), one(200, 101, 3)).pixels,
              (std::vector<std::uint8_t>{100, 50, 1}));
    EXPECT_EQ(apply(*transform({{"type", "ColorJitter"}, {"saturation", {0, 0}}}), one(255, 0, 0)).pixels,
              (std::vector<std::uint8_t>{76, 76, 76}));
    EXPECT_EQ(apply(*transform({{"type", "ColorJitter"}, {"hue", {0.5, 0.5}}}), one(255, 0, 0)).pixels,
              (std::vector<std::uint8_t>{0, 255, 252}))
        << "the opposite colour, to the level hue is kept with";
    EXPECT_EQ(apply(*transform({{"type", "ColorJitter"}}), one(9, 8, 7)).pixels, (std::vector<std::uint8_t>{9, 8, 7}));
}

TEST(ColorJitter, a_strength_draws_evenly_from_both_sides) {
    const auto step = transform({{"type", "ColorJitter"}, {"brightness", 0.4}});
    double sum = 0;
    int low = 255, high = 0;
    for (std::uint64_t i = 0; i < 4000; ++i) {
        const int level = apply(*step, one(100, 0, 0), i).pixels[0];
        sum += level, low = std::min(low, level), high = std::max(high, level);
    }
    EXPECT_NEAR(sum / 4000, 99.5, 1);
    EXPECT_EQ(low, 60);
    EXPECT_GE(high, 138);
    EXPECT_LE(high, 140);
}

TEST(ColorJitter, the_order_is_drawn) {
    const auto step =
        transform({{"type", "ColorJitter"}, {"brightness", {2, 2}}, {"contrast", {0.5, 0.5}}, {"saturation", {3, 3}}});
    const Image image{2, 1, 3, {200, 100, 50, 10, 20, 30}};
    std::set<std::vector<std::uint8_t>> results;
    for (std::uint64_t i = 0; i < 200; ++i) results.insert(apply(*step, image, i).pixels);
    EXPECT_GE(results.size(), 4U) << "different orders give different pixels";
    EXPECT_LE(results.size(), 6U) << "three changes have six orders";
}

TEST(ColorJitter, bad_parameters_are_refused) {
    EXPECT_THAT(transform_error({{"type", "ColorJitter"}, {"hue", 0.6}}), HasSubstr("hue: out of range, found 0.6"));
    EXPECT_THAT(transform_error({{"type", "ColorJitter"}, {"brightness", -1}}),
                HasSubstr("brightness needs a number of at least 0 or [low, high], found -1"));
    EXPECT_THAT(transform_error({{"type", "ColorJitter"}, {"contrast", {2, 1}}}),
                HasSubstr("contrast needs [low, high] with low <= high, found [2, 1]"));
    EXPECT_THAT(transform_error({{"type", "ColorJitter"}, {"contrast", {1, 2, 3}}}),
                HasSubstr("contrast needs one number or [low, high], found [1,2,3]"));
    EXPECT_THAT(transform_error({{"type", "ColorJitter"}, {"saturation", {-1, 1}}}),
                HasSubstr("saturation must stay within 0 to"));
}

}  // namespace
}  // namespace goetia
