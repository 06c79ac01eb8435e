#include <algorithm>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(CutOut, overwrites_a_square_whose_middle_lies_in_the_image) {
    const auto step = transform({{"type", "CutOut"}, {"length", 0.5}, {"fill", 9}});
    const Image image{20, 20, 3, std::vector<std::uint8_t>(1200, 200)};
    double share = 0;
    for (std::uint64_t i = 0; i < 2000; ++i) {
        const Image cut = apply(*step, image, i);
        const auto gone = std::count(cut.pixels.begin(), cut.pixels.end(), 9);
        ASSERT_GE(gone, 25 * 3);
        ASSERT_LE(gone, 100 * 3);
        share += static_cast<double>(gone) / 1200;
    }
    EXPECT_NEAR(share / 2000, 0.1914, 0.004) << "a half of each side, less what reaches beyond the edges";
}

}  // namespace
}  // namespace goetia
