#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(Grayscale, all_channels_show_the_brightness) {
    const Image image{1, 1, 3, {200, 100, 50}};
    EXPECT_EQ(apply(*transform({{"type", "Grayscale"}}), image).pixels, (std::vector<std::uint8_t>{124, 124, 124}));
}

TEST(Grayscale, is_applied_with_its_probability) {
    const auto step = transform({{"type", "Grayscale"}, {"prob", 0.2}});
    const Image image{1, 1, 3, {200, 100, 50}};
    int changed = 0;
    for (std::uint64_t i = 0; i < 5000; ++i) changed += apply(*step, image, i).pixels != image.pixels;
    EXPECT_NEAR(changed / 5000.0, 0.2, 0.02);
}

}  // namespace
}  // namespace goetia
