#include "base/random.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace goetia {
namespace {

// Known answers published with Random123 (kat_vectors, philox4x32 10).
TEST(Philox, matches_the_published_vectors) {
    using Block = std::array<std::uint32_t, 4>;
    EXPECT_EQ(philox4x32_10({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    EXPECT_EQ(philox4x32_10({~0U, ~0U, ~0U, ~0U}, {~0U, ~0U}), (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
    EXPECT_EQ(philox4x32_10({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
              (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, same_key_gives_the_same_numbers_and_a_pinned_first_one) {
    Random a({1, 2, 3, purpose("shuffle")});
    Random b({1, 2, 3, purpose("shuffle")});
    for (int i = 0; i < 1000; ++i) ASSERT_EQ(a(), b());
    // Pinned: these numbers are part of the meaning of a seed; changing them changes every recorded run.
    Random pinned({42, 0, 0, purpose("pinned")});
    const std::vector<std::uint32_t> first{pinned(), pinned(), pinned()};
    EXPECT_EQ(first, (std::vector<std::uint32_t>{0xb65309eaU, 0x704802f9U, 0x6bc9e29cU}));
}

TEST(Random, every_part_of_the_key_changes_the_stream) {
    const RandomKey base{7, 8, 9, 10};
    std::set<std::uint64_t> firsts;
    for (const RandomKey& key : {base, RandomKey{8, 8, 9, 10}, RandomKey{7, 9, 9, 10}, RandomKey{7, 8, 10, 10},
                                 RandomKey{7, 8, 9, 11}, RandomKey{10, 8, 9, 7}, RandomKey{7, 9, 8, 10}}) {
        firsts.insert(Random(key).bits64());
    }
    EXPECT_EQ(firsts.size(), 7U);
}

TEST(Random, neighbouring_keys_never_share_a_stream) {
    std::set<std::uint64_t> firsts;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        for (std::uint64_t epoch = 0; epoch < 10; ++epoch) {
            for (std::uint64_t sample = 0; sample < 100; ++sample)
                firsts.insert(Random({seed, epoch, sample, 1}).bits64());
        }
    }
    EXPECT_EQ(firsts.size(), 10'000U);
}

TEST(Random, uniform_stays_in_range_and_fills_it_evenly) {
    Random random({1, 0, 0, 0});
    std::array<int, 10> bins{};
    for (int i = 0; i < 100'000; ++i) {
        const double x = random.uniform();
        ASSERT_GE(x, 0.0);
        ASSERT_LT(x, 1.0);
        ++bins[static_cast<std::size_t>(x * 10)];
    }
    double chi_square = 0;
    for (int count : bins) chi_square += (count - 10'000.0) * (count - 10'000.0) / 10'000.0;
    EXPECT_LT(chi_square, 27.9);  // 9 degrees of freedom, 0.1 %
}

TEST(Random, below_reaches_every_value_and_only_those) {
    Random random({2, 0, 0, 0});
    std::array<int, 7> counts{};
    for (int i = 0; i < 70'000; ++i) ++counts.at(random.below(7));
    for (int count : counts) EXPECT_NEAR(count, 10'000, 500);
    EXPECT_EQ(random.below(1), 0U);
    std::set<std::int64_t> seen;
    for (int i = 0; i < 200; ++i) seen.insert(random.between(-2, 2));
    EXPECT_EQ(seen, (std::set<std::int64_t>{-2, -1, 0, 1, 2}));
}

TEST(Random, chance_is_never_at_zero_and_always_at_one) {
    Random random({3, 0, 0, 0});
    for (int i = 0; i < 1000; ++i) {
        ASSERT_FALSE(random.chance(0.0));
        ASSERT_TRUE(random.chance(1.0));
    }
}

// Mean and deviation of n draws; the bounds are five standard errors.
std::pair<double, double> moments(int n, auto draw) {
    double sum = 0, squares = 0;
    for (int i = 0; i < n; ++i) {
        const double x = draw();
        sum += x;
        squares += x * x;
    }
    return {sum / n, std::sqrt(squares / n - sum / n * sum / n)};
}

TEST(Random, normal_gamma_and_beta_have_their_moments) {
    Random random({4, 0, 0, 0});
    const auto [normal_mean, normal_deviation] = moments(100'000, [&] { return random.normal(); });
    EXPECT_NEAR(normal_mean, 0.0, 0.016);
    EXPECT_NEAR(normal_deviation, 1.0, 0.012);
    for (double shape : {0.3, 1.0, 4.5}) {
        const auto [mean, deviation] = moments(100'000, [&] { return random.gamma(shape); });
        EXPECT_NEAR(mean, shape, 5 * std::sqrt(shape / 100'000));
        EXPECT_NEAR(deviation, std::sqrt(shape), 0.05 * std::sqrt(shape));
    }
    const auto [beta_mean, beta_deviation] = moments(100'000, [&] { return random.beta(0.2, 0.2); });
    EXPECT_NEAR(beta_mean, 0.5, 0.007);
    EXPECT_NEAR(beta_deviation, std::sqrt(0.25 / 1.4), 0.005);
    const auto [ends_mean, ends_deviation] = moments(10'000, [&] { return random.beta(1e-4, 3e-4); });
    EXPECT_NEAR(ends_mean, 0.25, 0.02) << "so near the ends that the gamma draws underflow to 0";
    EXPECT_NEAR(ends_deviation, std::sqrt(0.25 * 0.75), 0.01);
}

TEST(Random, shuffle_is_a_permutation_and_the_same_for_the_same_key) {
    std::vector<std::int64_t> first(1000), second(1000), other(1000);
    for (auto* list : {&first, &second, &other}) std::iota(list->begin(), list->end(), 0);
    Random({5, 1, 0, purpose("shuffle")}).shuffle(first);
    Random({5, 1, 0, purpose("shuffle")}).shuffle(second);
    Random({5, 2, 0, purpose("shuffle")}).shuffle(other);
    EXPECT_EQ(first, second);
    EXPECT_NE(first, other);
    std::sort(first.begin(), first.end());
    for (std::int64_t i = 0; i < 1000; ++i) ASSERT_EQ(first[static_cast<std::size_t>(i)], i);
}

TEST(Random, shuffle_puts_every_item_everywhere_equally_often) {
    std::array<std::array<int, 4>, 4> counts{};
    for (std::uint64_t sample = 0; sample < 8000; ++sample) {
        std::vector<std::int64_t> items{0, 1, 2, 3};
        Random({6, 0, sample, 0}).shuffle(items);
        for (std::size_t place = 0; place < 4; ++place) ++counts[static_cast<std::size_t>(items[place])][place];
    }
    for (const auto& item : counts) {
        for (int count : item) EXPECT_NEAR(count, 2000, 200);
    }
}

}  // namespace
}  // namespace goetia
