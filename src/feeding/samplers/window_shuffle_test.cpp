#include <algorithm>
#include <set>

#include "testkit/feeding.h"

namespace goetia {
namespace {

class ManyInWindows : public Dataset {
  public:
    [[nodiscard]] std::int64_t size() const override { return 1003; }
    [[nodiscard]] Result<Sample> sample(std::int64_t) const override { return Sample{}; }
    [[nodiscard]] const std::vector<std::string>& classes() const override { return classes_; }

  private:
    std::vector<std::string> classes_;
};

std::shared_ptr<const Sampler> window_sampler(int stretch, int window, int lanes = 1) {
    SamplerRegistry registry(Kind::kSampler);
    EXPECT_TRUE(register_builtin_samplers(registry));
    return registry
        .make({{"type", "window_shuffle"}, {"stretch", stretch}, {"window", window}, {"lanes", lanes}}, "sampler",
              std::make_shared<const ManyInWindows>())
        .value();
}

TEST(WindowShuffle, windows_consist_of_whole_stretches_and_every_sample_comes_once) {
    const auto sampler = window_sampler(20, 100);
    const auto order = sampler->order(3, 1);
    auto sorted = order;
    std::sort(sorted.begin(), sorted.end());
    for (std::int64_t i = 0; i < 1003; ++i) ASSERT_EQ(sorted[static_cast<std::size_t>(i)], i);
    for (std::size_t begin = 0; begin + 100 <= order.size(); begin += 100) {
        std::set<std::int64_t> stretches;
        for (std::size_t i = begin; i < begin + 100; ++i) stretches.insert(order[i] / 20);
        EXPECT_LE(stretches.size(), 6U) << "five, or six around the short one at the end";
    }
    EXPECT_EQ(sampler->order(3, 1), order);
    EXPECT_NE(sampler->order(3, 2), order);
    EXPECT_NE(sampler->order(4, 1), order);
}

TEST(WindowShuffle, a_window_is_shuffled_within) {
    const auto order = window_sampler(1003, 1003)->order(3, 1);
    int at_home = 0;
    for (std::int64_t i = 0; i < 1003; ++i) at_home += order[static_cast<std::size_t>(i)] == i ? 1 : 0;
    EXPECT_LT(at_home, 10) << "one is expected to stay in its place";
}

TEST(WindowShuffle, ranks_read_stretches_of_their_own) {
    const auto order = window_sampler(20, 100, 4)->order(3, 1);
    auto sorted = order;
    std::ranges::sort(sorted);
    for (std::int64_t i = 0; i < 1003; ++i) ASSERT_EQ(sorted[static_cast<std::size_t>(i)], i);
    for (const int world : {2, 4}) {
        std::vector<int> readers(51, 0);
        for (int rank = 0; rank < world; ++rank) {
            std::set<std::int64_t> stretches;
            for (const std::int64_t one : rank_order(order, 8, rank, world, true).samples) stretches.insert(one / 20);
            for (const std::int64_t stretch : stretches) ++readers[static_cast<std::size_t>(stretch)];
        }
        const auto shared = std::ranges::count_if(readers, [](int count) { return count > 1; });
        EXPECT_LE(shared, 3) << "only where one lane ends and the next begins";
    }
}

TEST(WindowShuffle, lanes_may_outnumber_the_samples) {
    auto order = window_sampler(20, 100, 2000)->order(3, 1);
    std::ranges::sort(order);
    for (std::int64_t i = 0; i < 1003; ++i) ASSERT_EQ(order[static_cast<std::size_t>(i)], i);
}

}  // namespace
}  // namespace goetia
