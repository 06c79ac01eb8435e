#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(AutoContrast, the_darkest_becomes_black_and_the_lightest_white) {
    const Image image{3, 1, 3, {100, 0, 7, 150, 0, 7, 200, 255, 7}};
    EXPECT_EQ(apply(*transform({{"type", "AutoContrast"}}), image).pixels,
              (std::vector<std::uint8_t>{0, 0, 7, 127, 0, 7, 254, 255, 7}))
        << "254.99999 is cut, as Pillow does";
}

}  // namespace
}  // namespace goetia
