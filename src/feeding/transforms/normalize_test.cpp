#include <gmock/gmock.h>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using namespace testkit;

TEST(Normalize, shifts_and_scales_each_channel) {
    Sample sample;
    sample.planes = {3, 1, 2, {0.5F, 1, 0.5F, 1, 0.5F, 1}};
    Random random(RandomKey{});
    ASSERT_TRUE(
        transform({{"type", "Normalize"}, {"mean", {0.5, 0.0, 1.0}}, {"std", {0.5, 1.0, 2.0}}})->apply(sample, random));
    EXPECT_EQ(sample.planes.values, (std::vector<float>{0, 1, 0.5F, 1, -0.25F, 0}));
}

TEST(Normalize, bad_parameters_are_refused) {
    EXPECT_THAT(transform_error({{"type", "Normalize"}, {"std", {0.2, 0, 0.2}}}),
                HasSubstr("std[1]: out of range, found 0"));
    EXPECT_THAT(transform_error({{"type", "Normalize"}, {"mean", {0.5}}}), HasSubstr("mean: must hold 3 values"));
}

}  // namespace
}  // namespace goetia
