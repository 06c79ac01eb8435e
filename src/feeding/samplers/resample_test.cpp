#include "testkit/samplers.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(Resample, over_and_undersamples_by_factor) {
    const auto dataset = counted({1000, 20, 60});  // the shares of the imbalanced example: 95 %, 2 %, 6 %
    const auto sampler =
        sampler_of({{"type", "resample"}, {"factors", {{"a", 0.1}, {"b", 5.0}, {"c", 1.67}}}}, dataset);
    const Samples order = sampler->order(1, 0);
    EXPECT_EQ(sampler->size(), static_cast<std::int64_t>(order.size()));
    EXPECT_EQ(counts_by_class(order, *dataset), (std::map<std::int64_t, int>{{0, 100}, {1, 100}, {2, 100}}));
    for (const auto& [sample, count] : counts_of(order)) {
        if (sample < 1000) EXPECT_EQ(count, 1) << "no sample twice where not all are taken";
        else if (sample < 1020) EXPECT_EQ(count, 5);
        else EXPECT_TRUE(count == 1 || count == 2);
    }
    std::set<std::int64_t> seen;
    for (std::uint64_t epoch = 0; epoch < 10; ++epoch) {
        for (const std::int64_t one : sampler->order(1, epoch)) seen.insert(one);
    }
    EXPECT_EQ(seen.size(), 1080) << "ten epochs of a tenth show everything";
}

TEST(Resample, an_image_of_several_classes_takes_the_greatest_factor) {
    const auto dataset = labelled({{0}, {0, 1}, {}}, {"a", "b"});
    const auto sampler = sampler_of({{"type", "resample"}, {"factors", {{"a", 0}, {"b", 3}}}}, dataset);
    EXPECT_EQ(counts_of(sampler->order(1, 0)), (std::map<std::int64_t, int>{{1, 3}, {2, 1}}));
    EXPECT_EQ(sampler_of({{"type", "resample"}, {"factors", {2, 1}}}, dataset)->size(), 5);
}

TEST(Resample, refuses_factors_that_do_not_fit) {
    const auto text = [](const Json& factors) {
        return to_string(try_sampler({{"type", "resample"}, {"factors", factors}}, counted({3, 3})).error());
    };
    EXPECT_THAT(
        text({{"aa", 2}, {"b", -1}}),
        testing::EndsWith(
            "'dataset.sampler.factors' does not fit the classes of the data set\n"
            "  dataset.sampler.factors: the data set has no such class, found 'aa' (allowed: a, b); did you mean 'a'?\n"
            "  dataset.sampler.factors.b: a number is needed, found -1 (allowed: number, 0 or more)"));
    EXPECT_THAT(text({1, 2, 3}), testing::EndsWith("one number for each class is needed, found 3 (allowed: 2)"));
    EXPECT_THAT(text("x"),
                testing::EndsWith("a list of numbers or a mapping from class names to numbers is needed, found \"x\""));
    EXPECT_THAT(text({0, 0}), testing::EndsWith("dataset.sampler.factors leave no samples; increase one of them"));
    EXPECT_THAT(text({1e300, 0}), testing::HasSubstr("gives more than 1000000000 samples"));
}

}  // namespace
}  // namespace goetia
