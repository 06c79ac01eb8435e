#include <algorithm>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

class Many : public Dataset {
  public:
    [[nodiscard]] std::int64_t size() const override { return 1000; }
    [[nodiscard]] Result<Sample> sample(std::int64_t) const override { return Sample{}; }
    [[nodiscard]] const std::vector<std::string>& classes() const override { return classes_; }

  private:
    std::vector<std::string> classes_;
};

TEST(Shuffle, draws_a_new_order_of_every_sample_each_epoch) {
    const auto shuffle = sampler("shuffle", std::make_shared<Many>());
    const auto first = shuffle->order(7, 0), second = shuffle->order(7, 1);
    EXPECT_EQ(shuffle->order(7, 0), first) << "the same key, the same order";
    EXPECT_NE(first, second);
    EXPECT_NE(shuffle->order(8, 0), first) << "another seed";
    auto sorted = first;
    std::sort(sorted.begin(), sorted.end());
    for (std::int64_t i = 0; i < 1000; ++i) ASSERT_EQ(sorted[static_cast<std::size_t>(i)], i);
    int at_home = 0;
    for (std::int64_t i = 0; i < 1000; ++i) at_home += first[static_cast<std::size_t>(i)] == i;
    EXPECT_LT(at_home, 10) << "one is expected to stay in its place";
}

}  // namespace
}  // namespace goetia
