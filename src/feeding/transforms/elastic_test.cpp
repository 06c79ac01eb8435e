#include <cmath>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(Elastic, strength_zero_changes_nothing) {
    const Image image = gradient_image(30, 20);
    EXPECT_EQ(apply(*transform({{"type", "Elastic"}, {"alpha", 0}}), image).pixels, image.pixels);
}

TEST(Elastic, points_go_where_their_pixels_go) {
    const auto step = transform({{"type", "Elastic"}, {"alpha", 100}, {"sigma", 8}});
    double farthest = 0;
    for (std::uint64_t i = 0; i < 40; ++i) {
        Sample sample;
        sample.image = Image{60, 50, 3, std::vector<std::uint8_t>(9000, 0)};
        for (int y = 22; y < 27; ++y) {
            for (int x = 28; x < 33; ++x) sample.image.pixels[static_cast<std::size_t>(y * 60 + x) * 3] = 255;
        }
        sample.instances.resize(1);
        sample.instances[0].key_points = {{30.5F, 24.5F, 2}};
        sample.instances[0].box = {28, 22, 33, 27};
        Random random({.seed = 3, .sample = i});
        ASSERT_TRUE(step->apply(sample, random));
        double x = 0, y = 0, count = 0;
        for (int row = 0; row < 50; ++row) {
            for (int column = 0; column < 60; ++column) {
                const double level = sample.image.pixels[static_cast<std::size_t>(row * 60 + column) * 3];
                if (level == 0) continue;
                x += level * (column + 0.5), y += level * (row + 0.5), count += level;
                const Box& box = sample.instances[0].box;
                EXPECT_TRUE(column + 1.01F > box.x1 && column < box.x2 + 0.01F && row + 1.01F > box.y1 &&
                            row < box.y2 + 0.01F);
            }
        }
        const KeyPoint at = sample.instances[0].key_points[0];
        EXPECT_NEAR(at.x, x / count, 1) << i;
        EXPECT_NEAR(at.y, y / count, 1) << i;
        farthest = std::max({farthest, std::abs(at.x - 30.5), std::abs(at.y - 24.5)});
    }
    EXPECT_GT(farthest, 2) << "they did move";
}

}  // namespace
}  // namespace goetia
