#include <cmath>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(GaussianNoise, has_the_requested_mean_and_deviation) {
    const auto step = transform({{"type", "GaussianNoise"}, {"mean", 0.1}, {"sigma", 0.05}});
    const Image image{100, 100, 3, std::vector<std::uint8_t>(30000, 100)};
    double sum = 0, squares = 0;
    int beyond = 0;
    for (const std::uint8_t level : apply(*step, image).pixels) {
        sum += level, squares += level * static_cast<double>(level);
        beyond += std::abs(level - 125.5) > 2 * 12.75;
    }
    const double mean = sum / 30000;
    EXPECT_NEAR(mean, 125.5, 0.3);
    EXPECT_NEAR(std::sqrt(squares / 30000 - mean * mean), 12.75, 0.2);
    EXPECT_NEAR(beyond / 30000.0, 0.0455, 0.005) << "as often as the bell says";
}

}  // namespace
}  // namespace goetia
