#include <gmock/gmock.h>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

std::string error_of(const Transform& step, int width, int height) {
    Sample sample;
    sample.image = gradient_image(width, height);
    Random random({});
    const Status done = step.apply(sample, random);
    return done ? "" : done.error().message;
}

TEST(RequireResolution, names_the_actual_and_the_required_size) {
    const auto step =
        transform({{"type", "RequireResolution"}, {"min_width", 20}, {"max_width", 40}, {"min_height", 10}});
    EXPECT_EQ(error_of(*step, 20, 10), "");
    EXPECT_EQ(error_of(*step, 40, 500), "");
    EXPECT_EQ(error_of(*step, 41, 9),
              "non-compliant sample: it is 41x9 pixels, required are 20 to 40 wide and at least 10 high");
}

TEST(RequireResolution, a_range_that_falls_is_refused) {
    EXPECT_THAT(transform_error({{"type", "RequireResolution"}, {"min_width", 20}, {"max_width", 10}}),
                testing::HasSubstr("a minimum must not be above its maximum, found 20 to 10 wide"));
}

}  // namespace
}  // namespace goetia
