#include <algorithm>

#include <gmock/gmock.h>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using namespace testkit;

std::vector<float> erased(const Json& config, std::uint64_t draw) {
    Sample sample;
    sample.planes = {3, 40, 50, std::vector<float>(3 * 40 * 50, 7)};
    Random random({.sample = draw});
    EXPECT_TRUE(transform(config)->apply(sample, random));
    return sample.planes.values;
}

TEST(RandomErasing, overwrites_one_rectangle_of_drawn_area_in_all_channels) {
    const Json config{{"type", "RandomErasing"}, {"prob", 0.25}, {"scale", {0.1, 0.3}}};
    int changed = 0;
    double share = 0;
    for (std::uint64_t i = 0; i < 2000; ++i) {
        const auto values = erased(config, i);
        const auto zeros = std::count(values.begin(), values.end(), 0.0F);
        if (zeros == 0) continue;
        ++changed;
        EXPECT_EQ(zeros % 3, 0);
        EXPECT_EQ(std::count(values.begin(), values.begin() + 2000, 0.0F), zeros / 3) << "each channel alike";
        EXPECT_EQ(std::count(values.begin(), values.end(), 7.0F) + zeros, 6000);
        share += static_cast<double>(zeros) / 6000;
    }
    EXPECT_NEAR(changed / 2000.0, 0.25, 0.03);
    EXPECT_NEAR(share / changed, 0.19, 0.02) << "a little below the middle: large parts of long shape do not fit";
}

TEST(RandomErasing, writes_values_or_noise) {
    const auto own = erased({{"type", "RandomErasing"}, {"prob", 1}, {"value", {1, 2, 3}}}, 1);
    EXPECT_GT(std::count(own.begin(), own.begin() + 2000, 1.0F), 0);
    EXPECT_GT(std::count(own.begin() + 4000, own.end(), 3.0F), 0);
    double sum = 0, squares = 0;
    int count = 0;
    for (std::uint64_t i = 0; i < 50; ++i) {
        for (const float value : erased({{"type", "RandomErasing"}, {"prob", 1}, {"value", "random"}}, i)) {
            if (value == 7) continue;
            sum += value, squares += value * value, ++count;
        }
    }
    ASSERT_GT(count, 1000);
    EXPECT_NEAR(sum / count, 0, 0.05);
    EXPECT_NEAR(squares / count, 1, 0.05);
}

TEST(RandomErasing, bad_parameters_are_refused) {
    EXPECT_THAT(transform_error({{"type", "RandomErasing"}, {"value", "noise"}}),
                HasSubstr("value needs one number, one for each of 3 channels, or 'random', found \"noise\""));
    EXPECT_THAT(transform_error({{"type", "RandomErasing"}, {"scale", {0.5, 0.2}}}),
                HasSubstr("scale needs [low, high] with low <= high"));
}

}  // namespace
}  // namespace goetia
