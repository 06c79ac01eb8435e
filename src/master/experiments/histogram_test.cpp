#include "master/experiments/histogram.h"

#include <limits>

#include <gtest/gtest.h>

#include "base/json.h"

namespace goetia {
namespace {

TEST(Histogram, CountsInBinsOfEqualWidth) {
    EXPECT_EQ(histogram_of({0, 1, 2.4, 2.5, 10}, 4), (Json{{"low", 0.0}, {"high", 10.0}, {"counts", {3, 1, 0, 1}}}));
    EXPECT_EQ(histogram_of({3, 3}, 3), (Json{{"low", 3.0}, {"high", 3.0}, {"counts", {2, 0, 0}}}));
    EXPECT_EQ(histogram_of({}, 2), (Json{{"low", nullptr}, {"high", nullptr}, {"counts", {0, 0}}}));
    constexpr double kLargest = std::numeric_limits<double>::max();
    EXPECT_EQ(histogram_of({-kLargest, kLargest}, 2)["counts"], (Json{1, 1}));
}

}  // namespace
}  // namespace goetia
