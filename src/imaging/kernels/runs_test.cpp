#include "imaging/kernels/runs.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace goetia {
namespace {

TEST(Runs, go_down_the_columns_and_begin_outside) {
    const Image bitmap{3, 2, 1, {1, 0, 0, 1, 1, 0}};
    const Rle runs = runs_of(bitmap);
    EXPECT_EQ(runs.counts, (std::vector<std::uint32_t>{0, 2, 1, 1, 2}));
    EXPECT_EQ(bitmap_of(runs).pixels, bitmap.pixels);
}

TEST(Runs, any_bitmap_comes_back) {
    Random random({.purpose = purpose("runs")});
    for (int i = 0; i < 200; ++i) {
        Image bitmap{static_cast<int>(random.between(1, 20)), static_cast<int>(random.between(1, 20)), 1, {}};
        for (int k = 0; k < bitmap.width * bitmap.height; ++k) bitmap.pixels.push_back(random.chance(0.4) ? 1 : 0);
        ASSERT_EQ(bitmap_of(runs_of(bitmap)).pixels, bitmap.pixels);
    }
}

TEST(Runs, that_promise_too_many_pixels_are_cut) {
    const Image bitmap = bitmap_of(Rle{2, 2, {1, 4'000'000'000U, 4'000'000'000U}});
    EXPECT_EQ(bitmap.pixels, (std::vector<std::uint8_t>{0, 1, 1, 1}));
    EXPECT_TRUE(bitmap_of(Rle{-1, 5, {3}}).pixels.empty());
}

TEST(Bitmap, holds_the_pixels_whose_centres_are_inside) {
    const Image square = bitmap_of({{1, 1, 3, 1, 3, 3, 1, 3}}, 4, 4);
    EXPECT_EQ(square.pixels, (std::vector<std::uint8_t>{0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0}));
    EXPECT_EQ(box_of(square), (Box{1, 1, 3, 3}));
    const Image beyond = bitmap_of({{-9, -9, 99, -9, 99, 99, -9, 99}}, 4, 4);
    EXPECT_EQ(beyond.pixels, std::vector<std::uint8_t>(16, 1));
    EXPECT_EQ(box_of(bitmap_of({{0, 0, 0.2F, 0, 0.2F, 0.2F}}, 4, 4)), Box{}) << "no centre is inside";
}

}  // namespace
}  // namespace goetia
