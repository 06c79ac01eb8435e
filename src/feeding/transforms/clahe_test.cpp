#include <algorithm>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(CLAHE, a_flat_image_gains_contrast_and_keeps_its_colour_differences) {
    Image image{64, 64, 3, {}};
    for (int i = 0; i < 64 * 64; ++i) {
        const auto level = static_cast<std::uint8_t>(100 + i % 64 / 4);
        image.pixels.insert(image.pixels.end(), {level, static_cast<std::uint8_t>(level + 10), level});
    }
    const Image even = apply(*transform({{"type", "CLAHE"}, {"clip_limit", 4}, {"tiles", 2}}), image);
    const auto spread = [](const Image& of) {
        const auto [low, high] = std::minmax_element(of.pixels.begin(), of.pixels.end());
        return *high - *low;
    };
    EXPECT_GT(spread(even), spread(image) + 20);
    for (std::size_t i = 0; i < even.pixels.size(); i += 3) ASSERT_EQ(even.pixels[i + 1] - even.pixels[i], 10) << i;
}

}  // namespace
}  // namespace goetia
