#include "data/kernels/taps.h"

#include <numeric>

#include <gtest/gtest.h>

namespace goetia {
namespace {

TEST(Taps, weights_add_up_to_one_and_cover_what_is_said) {
    for (const auto& [from, to] : {std::pair{375, 224}, {224, 375}, {7, 7}, {1, 9}, {500, 33}, {4000, 640}}) {
        Taps taps;
        triangle_taps(from, to, {0, to}, taps);
        for (int i = 0; i < to; ++i) {
            const auto place = static_cast<std::size_t>(i);
            ASSERT_GT(taps.count[place], 0);
            ASSERT_LE(taps.count[place], taps.most);
            const int sum = std::accumulate(taps.of(i), taps.of(i) + taps.count[place], 0);
            ASSERT_TRUE(sum == 32768 || sum == 32767) << sum << ": one weight alone cannot be all of 32768";
            ASSERT_EQ(covered(from, to, {i, i + 1}), (Span{taps.first[place], taps.first[place] + taps.count[place]}));
        }
        EXPECT_EQ(covered(from, to, {0, to}), (Span{0, from}));
    }
}

TEST(Taps, a_window_has_the_weights_of_its_places) {
    Taps all, some;
    triangle_taps(300, 224, {0, 224}, all);
    triangle_taps(300, 224, {50, 60}, some);
    for (int i = 0; i < 10; ++i) {
        const auto place = static_cast<std::size_t>(i);
        ASSERT_EQ(some.first[place], all.first[place + 50]);
        for (int k = 0; k < some.count[place]; ++k) ASSERT_EQ(some.of(i)[k], all.of(i + 50)[k]);
    }
}

}  // namespace
}  // namespace goetia
