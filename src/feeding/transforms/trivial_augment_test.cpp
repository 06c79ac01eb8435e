#include <set>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(TrivialAugment, draws_operations_and_strengths) {
    const auto step = transform({{"type", "TrivialAugment"}});
    const Image image = gradient_image(20, 16, 90);
    std::set<std::vector<std::uint8_t>> results;
    int unchanged = 0;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        const Image changed = apply(*step, image, i);
        ASSERT_EQ(changed.pixels.size(), image.pixels.size());
        unchanged += changed.pixels == image.pixels;
        results.insert(changed.pixels);
    }
    EXPECT_GT(results.size(), 150U);
    EXPECT_GT(unchanged, 60) << "one of fourteen is the identity";
    EXPECT_LT(unchanged, 300);
}

}  // namespace
}  // namespace goetia
