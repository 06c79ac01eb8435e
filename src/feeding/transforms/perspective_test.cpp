#include <algorithm>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(Perspective, corners_move_inwards_within_the_limit) {
    const auto step = transform({{"type", "Perspective"}, {"prob", 1}, {"distortion", 0.4}});
    double farthest = 0;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        Sample sample;
        sample.image = Image{40, 20, 3, std::vector<std::uint8_t>(2400, 7)};
        sample.instances.resize(1);
        sample.instances[0].key_points = {{0, 0, 2}, {40, 20, 2}};
        Random random({.seed = 1, .sample = i});
        ASSERT_TRUE(step->apply(sample, random));
        const KeyPoint first = sample.instances.at(0).key_points[0], last = sample.instances[0].key_points[1];
        for (const double moved : {first.x / 40.0, first.y / 20.0, 1 - last.x / 40.0, 1 - last.y / 20.0}) {
            ASSERT_GE(moved, -1e-5);
            ASSERT_LE(moved, 0.2 + 1e-5);
            farthest = std::max(farthest, moved);
        }
    }
    EXPECT_GT(farthest, 0.19);
}

}  // namespace
}  // namespace goetia
