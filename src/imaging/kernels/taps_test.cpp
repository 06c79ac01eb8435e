#include "imaging/kernels/taps.h"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

namespace goetia {
namespace {

TEST(Taps, weights_add_up_to_one_and_cover_the_input) {
    for (const auto& [from, to] : {std::pair{375, 224}, {224, 375}, {7, 7}, {1, 9}, {500, 33}, {4000, 640}}) {
        Taps taps;
        triangle_taps(Extent::whole(from), to, {0, to}, taps);
        for (int i = 0; i < to; ++i) {
            const auto place = static_cast<std::size_t>(i);
            ASSERT_GT(taps.count[place], 0);
            ASSERT_LE(taps.count[place], taps.max_count);
            const int sum = std::accumulate(taps.of(i), taps.of(i) + taps.count[place], 0);
            const int largest = *std::max_element(taps.of(i), taps.of(i) + taps.count[place]);
            ASSERT_EQ(sum, largest == 32767 ? 32767 : 32768) << "a weight of one does not fit 16 bits";
            ASSERT_EQ(covered(Extent::whole(from), to, {i, i + 1}),
                      (Span{taps.first[place], taps.first[place] + taps.count[place]}));
        }
        EXPECT_EQ(covered(Extent::whole(from), to, {0, to}), (Span{0, from}));
    }
}

TEST(Taps, a_window_has_the_weights_of_its_positions) {
    Taps all, some;
    triangle_taps(Extent::whole(300), 224, {0, 224}, all);
    triangle_taps(Extent::whole(300), 224, {50, 60}, some);
    for (int i = 0; i < 10; ++i) {
        const auto place = static_cast<std::size_t>(i);
        ASSERT_EQ(some.first[place], all.first[place + 50]);
        for (int k = 0; k < some.count[place]; ++k) ASSERT_EQ(some.of(i)[k], all.of(i + 50)[k]);
    }
}

TEST(Taps, partial_pixels_at_the_ends_weigh_less) {
    // Half of place 0 to half of place 4, as one: eighths of them under a triangle whose top is in the middle.
    Taps taps;
    const Extent middle{5, 0.5, 4};
    triangle_taps(middle, 1, {0, 1}, taps);
    ASSERT_EQ(taps.first[0], 0);
    ASSERT_EQ(taps.count[0], 5);
    EXPECT_EQ(taps.of(0)[0], taps.of(0)[4]);
    EXPECT_EQ(taps.of(0)[2], 2 * taps.of(0)[0]);
    EXPECT_EQ(covered(middle, 1, {0, 1}), (Span{0, 5}));

    // A shift by whole places changes no weight.
    Taps moved;
    triangle_taps(Extent{300, 40, 60}, 30, {5, 20}, moved);
    triangle_taps(Extent::whole(60), 30, {5, 20}, taps);
    for (std::size_t i = 0; i < 15; ++i) {
        EXPECT_EQ(moved.first[i], taps.first[i] + 40);
        EXPECT_EQ(moved.weights[i * moved.max_count + 1], taps.weights[i * taps.max_count + 1]);
    }
}

}  // namespace
}  // namespace goetia
