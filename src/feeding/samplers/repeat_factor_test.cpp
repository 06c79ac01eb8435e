#include <cmath>

#include "datasets/repeat_factors.h"
#include "datasets/sampling.h"
#include "testkit/samplers.h"

namespace goetia {
namespace {

using namespace testkit;

// Class a in 90 of 100 images, b in 16, c in 1; t = 0.25: r(a) = 1, r(b) = sqrt(0.25 / 0.16) = 1.25, r(c) = 5.
std::shared_ptr<const Dataset> imbalanced_images() {
    std::vector<Samples> labels;
    for (int i = 0; i < 84; ++i) labels.push_back({0});
    for (int i = 0; i < 6; ++i) labels.push_back({0, 1});
    for (int i = 0; i < 9; ++i) labels.push_back({1});
    labels.push_back({1, 2});
    return labelled(labels, {"a", "b", "c", "never"});
}

TEST(RepeatFactors, are_the_papers) {
    const auto factors = repeat_factors(sample_infos(*imbalanced_images()).value(), 4, 0.25);
    EXPECT_DOUBLE_EQ(factors[0], 1);
    EXPECT_DOUBLE_EQ(factors[84], 1.25) << "the rarest of its classes decides";
    EXPECT_DOUBLE_EQ(factors[90], 1.25);
    EXPECT_DOUBLE_EQ(factors[99], 5);
}

TEST(RepeatFactor, repeats_match_the_factors_on_average) {
    const auto sampler = sampler_of({{"type", "repeat_factor"}, {"threshold", 0.25}}, imbalanced_images());
    // 84 + 15 * 1.25 + 5 = 107.75, rounded.
    EXPECT_EQ(sampler->size(), 108);
    std::map<std::int64_t, int> all;
    constexpr int kEpochs = 2000;
    for (std::uint64_t epoch = 0; epoch < kEpochs; ++epoch) {
        const auto counts = counts_of(sampler->order(11, epoch));
        for (std::int64_t i = 0; i < 100; ++i) {
            const int count = counts.at(i);
            all[i] += count;
            if (i < 84) ASSERT_EQ(count, 1);
            else if (i < 99) ASSERT_TRUE(count == 1 || count == 2);
            else ASSERT_EQ(count, 5);
        }
    }
    // 4 of 15 fractions come in each epoch: 0.2667 for 0.25, the rounding of 3.75 to whole samples.
    for (std::int64_t i = 84; i < 99; ++i) EXPECT_NEAR(all[i], kEpochs * (1 + 4 / 15.0), 5 * std::sqrt(kEpochs * 0.2));
}

TEST(RepeatFactor, without_rare_classes_it_is_a_shuffle) {
    const auto sampler = sampler_of({{"type", "repeat_factor"}}, counted({5, 5}));
    EXPECT_THAT(sampler->order(1, 1), testing::UnorderedElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    EXPECT_TRUE(sampler_of({{"type", "repeat_factor"}}, counted({}))->order(1, 1).empty());
}

}  // namespace
}  // namespace goetia
