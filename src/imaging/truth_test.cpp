#include "imaging/truth.h"

#include <gtest/gtest.h>

namespace goetia {
namespace {

// An image of 200 x 100 scaled by a half and put into a row of 128 x 64 at (14, 7).
Frame letterboxed() {
    return {.sample = 0,
            .width = 200,
            .height = 100,
            .to_original = {{2, 0, -28, 0, 2, -14, 0, 0, 1}},
            .row_width = 128,
            .row_height = 64};
}

TEST(Frame, knows_which_part_of_the_row_shows_the_image) {
    EXPECT_EQ(letterboxed().content(), (Box{14, 7, 114, 57}));
    EXPECT_EQ((Frame{.width = 9, .height = 8, .row_width = 9, .row_height = 8}).content(), (Box{0, 0, 9, 8}));
}

TEST(Frame, a_crop_shows_the_image_everywhere) {
    Frame crop = letterboxed();
    crop.to_original = {{1, 0, 30, 0, 1, 10, 0, 0, 1}};
    EXPECT_EQ(crop.content(), (Box{0, 0, 128, 64}));
}

TEST(Frame, a_mixed_image_is_its_whole_row) {
    Frame mixed = letterboxed();
    mixed.width = mixed.height = 0;
    EXPECT_EQ(mixed.content(), (Box{0, 0, 128, 64}));
    EXPECT_EQ(mixed.in_original({1, 2, 3, 4}), (Box{1, 2, 3, 4}));
}

TEST(Frame, brings_boxes_back_and_cuts_them_at_the_border) {
    EXPECT_EQ(letterboxed().in_original({14, 7, 64, 32}), (Box{0, 0, 100, 50}));
    EXPECT_EQ(letterboxed().in_original({0, 0, 128, 64}), (Box{0, 0, 200, 100}));
}

TEST(Frame, a_flip_keeps_corners_in_order) {
    Frame flipped = letterboxed();
    flipped.to_original = {{-1, 0, 200, 0, 1, 0, 0, 0, 1}};
    EXPECT_EQ(flipped.in_original({10, 20, 30, 40}), (Box{170, 20, 190, 40}));
}

}  // namespace
}  // namespace goetia
