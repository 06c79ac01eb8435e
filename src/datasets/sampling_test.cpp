#include "datasets/sampling.h"

#include "testkit/datasets.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(ShuffledStream, visits_everything_once_before_anything_twice) {
    const Samples items{3, 5, 7, 9};
    const Samples steps = shuffled_stream(items, 0, 12, {.seed = 1});
    std::set<Samples> orders;
    for (int round = 0; round < 3; ++round) {
        const Samples one(steps.begin() + 4 * round, steps.begin() + 4 * (round + 1));
        EXPECT_THAT(one, testing::UnorderedElementsAreArray(items));
        orders.insert(one);
    }
    EXPECT_GT(orders.size(), 1) << "each round in an order of its own";
    EXPECT_EQ(shuffled_stream(items, 3, 6, {.seed = 1}), Samples(steps.begin() + 3, steps.begin() + 9))
        << "can begin anywhere";
    EXPECT_NE(shuffled_stream(items, 0, 12, {.seed = 2}), steps);
    EXPECT_NE(shuffled_stream(items, 0, 12, {.seed = 1, .stream = 1}), steps);
    EXPECT_TRUE(shuffled_stream({}, 0, 5, {}).empty());
}

TEST(Apportion, gives_whole_numbers_near_the_shares) {
    EXPECT_EQ(apportion(10, {1, 1, 1}), (Samples{4, 3, 3}));
    EXPECT_EQ(apportion(30, {0.7, 0.2, 0.1}), (Samples{21, 6, 3}));
    EXPECT_EQ(apportion(3, {0, 1}), (Samples{0, 3}));
    EXPECT_EQ(apportion(5, {0, 0}), (Samples{0, 0}));
    for (std::int64_t total = 0; total < 50; ++total) {
        const auto parts = apportion(total, {0.8, 0.1, 0.1});
        EXPECT_EQ(parts[0] + parts[1] + parts[2], total);
        EXPECT_NEAR(static_cast<double>(parts[0]), 0.8 * static_cast<double>(total), 1);
    }
}

TEST(SamplesByClass, lists_an_image_under_each_of_its_classes) {
    const auto dataset = labelled({{0}, {1, 2}, {}, {2, 0}}, {"a", "b", "c"});
    EXPECT_EQ(samples_by_class(sample_infos(*dataset).value(), 3), (std::vector<Samples>{{0, 3}, {1}, {1, 3}}));
}

}  // namespace
}  // namespace goetia
