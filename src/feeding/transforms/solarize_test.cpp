#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(Solarize, inverts_from_the_threshold_on) {
    const Image image{1, 1, 3, {99, 100, 255}};
    EXPECT_EQ(apply(*transform({{"type", "Solarize"}, {"threshold", 100}}), image).pixels,
              (std::vector<std::uint8_t>{99, 155, 0}));
}

}  // namespace
}  // namespace goetia
