#include <cmath>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(Rotate, angles_are_drawn_evenly_and_boxes_follow) {
    const auto step = transform({{"type", "Rotate"}, {"degrees", 30}});
    double sum = 0, squares = 0;
    constexpr int kDraws = 3000;
    for (std::uint64_t i = 0; i < kDraws; ++i) {
        Sample sample;
        sample.image = Image{20, 20, 3, std::vector<std::uint8_t>(1200, 7)};
        sample.instances.resize(1);
        sample.instances[0].key_points = {{15, 10, 2}};
        Random random({.seed = 1, .sample = i});
        ASSERT_TRUE(step->apply(sample, random));
        const KeyPoint at = sample.instances.at(0).key_points[0];
        const double angle = std::atan2(10 - at.y, at.x - 10) * 180 / M_PI;  // counter-clockwise
        ASSERT_LE(std::abs(angle), 30.001);
        sum += angle, squares += angle * angle;
    }
    EXPECT_NEAR(sum / kDraws, 0, 1);
    EXPECT_NEAR(squares / kDraws, 300, 15);
}

}  // namespace
}  // namespace goetia
