#include <set>

#include <gmock/gmock.h>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using namespace testkit;

TEST(RandAugment, no_operations_or_strength_zero_change_nothing) {
    const Image image = gradient_image(20, 16, 90);
    EXPECT_EQ(apply(*transform({{"type", "RandAugment"}, {"num_ops", 0}}), image).pixels, image.pixels);
}

TEST(RandAugment, draws_many_results) {
    const auto step = transform({{"type", "RandAugment"}});
    std::set<std::vector<std::uint8_t>> results;
    for (std::uint64_t i = 0; i < 500; ++i) results.insert(apply(*step, gradient_image(20, 16, 90), i).pixels);
    EXPECT_GT(results.size(), 80U);
}

TEST(RandAugment, a_strength_beyond_the_last_is_refused) {
    EXPECT_THAT(transform_error({{"type", "RandAugment"}, {"magnitude", 31}}),
                HasSubstr("magnitude must be below num_magnitude_bins (31), found 31"));
}

}  // namespace
}  // namespace goetia
