#include "imaging/kernels/warp.h"

#include "imaging/kernels/move.h"
#include "testkit/images.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(Warp, the_identity_map_changes_nothing) {
    const Image image = gradient_image(9, 7);
    for (const auto interpolation : {Interpolation::kNearest, Interpolation::kBilinear})
        EXPECT_EQ(warped(image, PointMap{}, 9, 7, {interpolation}).pixels, image.pixels);
}

TEST(Warp, a_half_turn_equals_both_flips) {
    const Image image = gradient_image(9, 7);
    EXPECT_EQ(warped(image, turn_about(4.5, 3.5, 180), 9, 7).pixels,
              flipped_horizontally(flipped_vertically(image)).pixels);
}

TEST(Warp, uncovered_pixels_are_filled) {
    const Image image{1, 1, 3, {1, 2, 3}};
    const PointMap right{{1, 0, -1, 0, 1, 0, 0, 0, 1}};
    EXPECT_EQ(warped(image, right, 2, 1, {.fill = {9, 8, 7}}).pixels, (std::vector<std::uint8_t>{9, 8, 7, 1, 2, 3}));
}

TEST(Warp, images_keep_their_single_channel) {
    const Image grey{2, 1, 1, {10, 20}};
    const PointMap half{{0.5, 0, 0, 0, 1, 0, 0, 0, 1}};
    EXPECT_EQ(warped(grey, half, 4, 1).pixels, (std::vector<std::uint8_t>{10, 10, 20, 20}));
    EXPECT_EQ(warped(grey, half, 4, 1, {Interpolation::kBilinear}).pixels, (std::vector<std::uint8_t>{10, 12, 17, 20}));
}

}  // namespace
}  // namespace goetia
