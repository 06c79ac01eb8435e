#include <cmath>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(JpegCompression, a_lower_quality_is_farther_from_the_image) {
    const Image image = gradient_image(40, 30, 90);
    const auto distance = [&](int quality) {
        const Image back = apply(*transform({{"type", "JpegCompression"}, {"quality", quality}}), image);
        EXPECT_EQ(back.width, 40);
        double sum = 0;
        for (std::size_t i = 0; i < image.pixels.size(); ++i) sum += std::abs(back.pixels[i] - image.pixels[i]);
        return sum / static_cast<double>(image.pixels.size());
    };
    EXPECT_LT(distance(95) + 1, distance(5));
}

TEST(JpegCompression, grey_images_keep_one_channel) {
    const Image grey{16, 16, 1, std::vector<std::uint8_t>(256, 90)};
    const Image back = apply(*transform({{"type", "JpegCompression"}, {"quality", 90}}), grey);
    EXPECT_EQ(back.channels, 1);
    EXPECT_EQ(back.pixels, grey.pixels);
}

}  // namespace
}  // namespace goetia
