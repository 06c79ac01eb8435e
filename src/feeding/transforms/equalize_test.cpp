#include <algorithm>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(Equalize, spreads_the_levels) {
    Image image{256, 4, 3, {}};
    for (int i = 0; i < 1024 * 3; ++i) image.pixels.push_back(static_cast<std::uint8_t>(100 + i / 3 % 32));
    const Image even = apply(*transform({{"type", "Equalize"}}), image);
    const auto [low, high] = std::minmax_element(even.pixels.begin(), even.pixels.end());
    EXPECT_LT(*low, 9);
    EXPECT_GT(*high, 246);
}

}  // namespace
}  // namespace goetia
