#include "testkit/samplers.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(Weighted, draws_in_proportion_to_the_weights) {
    const auto dataset = counted({100, 100, 100});
    const auto sampler = sampler_of({{"type", "weighted"}, {"weights", {1, 3, 0}}, {"samples", 40000}}, dataset);
    const Samples order = sampler->order(5, 0);
    const auto counts = counts_by_class(order, *dataset);
    // Binomial, deviation 87: five of them.
    EXPECT_NEAR(counts.at(0), 10000, 433);
    EXPECT_NEAR(counts.at(1), 30000, 433);
    EXPECT_FALSE(counts.contains(2)) << "weight 0 never comes";
    EXPECT_EQ(sampler->order(5, 0), order);
    EXPECT_NE(sampler->order(5, 1), order);
}

TEST(Weighted, computed_weights_even_out_the_classes) {
    const auto dataset = counted({900, 90, 10});
    const auto sampler = sampler_of({{"type", "weighted"}, {"weights", "inverse"}, {"samples", 30000}}, dataset);
    for (const auto& [label, count] : counts_by_class(sampler->order(5, 0), *dataset))
        EXPECT_NEAR(count, 10000, 5 * 82) << label;
}

TEST(Weighted, without_replacement_no_sample_comes_twice) {
    const auto dataset = counted({50, 50, 50});
    const auto sampler = sampler_of({{"type", "weighted"}, {"weights", {1, 9, 0}}, {"replacement", false}}, dataset);
    EXPECT_EQ(sampler->size(), 100) << "those with a weight";
    int second_first = 0;
    for (std::uint64_t epoch = 0; epoch < 200; ++epoch) {
        const Samples order = sampler->order(5, epoch);
        EXPECT_EQ(counts_of(order).size(), 100);
        second_first += dataset->sample(order[0])->label == 1;
    }
    EXPECT_NEAR(second_first, 180, 5 * 4.3) << "the first drawn is of class 1 nine times in ten";
}

TEST(Weighted, refuses_impossible_weights) {
    const auto text = [](Json config) {
        config["type"] = "weighted";
        return to_string(try_sampler(config, counted({3, 3})).error());
    };
    EXPECT_THAT(
        text({{"weights", "inverted"}}),
        testing::EndsWith("dataset.sampler.weights is 'inverted', allowed: inverse, effective, median, a list, or "
                          "class names with weights"));
    EXPECT_THAT(text({{"weights", {0, 0}}}),
                testing::EndsWith("dataset.sampler.weights leave no samples; make one of them greater than 0"));
    EXPECT_THAT(text({{"weights", {0, 1}}, {"replacement", false}, {"samples", 4}}),
                testing::EndsWith("dataset.sampler.samples is 4, but without replacement an epoch has at most 3"));
}

}  // namespace
}  // namespace goetia
