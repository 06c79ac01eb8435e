#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(Posterize, keeps_the_upper_bits) {
    const Image image{1, 1, 3, {0b10110111, 255, 15}};
    EXPECT_EQ(apply(*transform({{"type", "Posterize"}, {"bits", 4}}), image).pixels,
              (std::vector<std::uint8_t>{0b10110000, 240, 0}));
}

}  // namespace
}  // namespace goetia
