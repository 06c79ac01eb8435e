#include <gmock/gmock.h>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(Sharpness, factor_one_changes_nothing_and_zero_smooths) {
    Image image{3, 3, 3, std::vector<std::uint8_t>(27, 0)};
    image.pixels[12] = 130;  // the middle's red
    EXPECT_EQ(apply(*transform({{"type", "Sharpness"}, {"factor", 1}}), image).pixels, image.pixels);
    EXPECT_EQ(apply(*transform({{"type", "Sharpness"}, {"factor", 0}}), image).pixels[12], 50) << "5 of 13 shares";
}

TEST(Sharpness, a_falling_range_is_refused) {
    EXPECT_THAT(transform_error({{"type", "Sharpness"}, {"factor", {2, 1}}}),
                testing::HasSubstr("factor needs [low, high] with low <= high, found [2, 1]"));
}

}  // namespace
}  // namespace goetia
