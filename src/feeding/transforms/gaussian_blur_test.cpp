#include <gmock/gmock.h>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(GaussianBlur, a_uniform_image_is_unchanged) {
    const Image image{9, 7, 3, std::vector<std::uint8_t>(9 * 7 * 3, 77)};
    EXPECT_EQ(apply(*transform({{"type", "GaussianBlur"}, {"kernel_size", 31}, {"sigma", 3}}), image).pixels,
              image.pixels);
}

TEST(GaussianBlur, an_even_kernel_is_refused) {
    EXPECT_THAT(transform_error({{"type", "GaussianBlur"}, {"kernel_size", 4}}),
                testing::HasSubstr("kernel_size must be odd, found 4"));
}

}  // namespace
}  // namespace goetia
