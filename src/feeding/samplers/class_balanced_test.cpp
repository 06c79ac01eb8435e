#include "testkit/samplers.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(ClassBalanced, every_class_comes_equally_often) {
    const auto dataset = counted({90, 9, 0, 1});
    const auto sampler = sampler_of({{"type", "class_balanced"}}, dataset);
    EXPECT_EQ(sampler->size(), 100);
    std::map<std::int64_t, int> all;
    for (std::uint64_t epoch = 0; epoch < 3; ++epoch) {
        const Samples order = sampler->order(3, epoch);
        EXPECT_EQ(order.size(), 100);
        const auto counts = counts_by_class(order, *dataset);
        EXPECT_EQ(counts.size(), 3) << "not the class without sample";
        for (const auto& [label, count] : counts) {
            EXPECT_NEAR(count, 100 / 3.0, 1) << label;
            all[label] += count;
        }
    }
    for (const auto& [label, count] : all) EXPECT_EQ(count, 100) << label << ": even over three epochs";
}

TEST(ClassBalanced, common_classes_show_all_their_samples_over_the_epochs) {
    const auto sampler = sampler_of({{"type", "class_balanced"}, {"samples", 20}}, counted({30, 2}));
    std::map<std::int64_t, int> seen;
    for (std::uint64_t epoch = 0; epoch < 3; ++epoch) {
        for (const std::int64_t one : sampler->order(3, epoch)) ++seen[one];
    }
    for (std::int64_t i = 0; i < 30; ++i) EXPECT_EQ(seen[i], 1) << i;
    EXPECT_EQ(seen[30], 15);
}

TEST(ClassBalanced, refuses_a_data_set_without_labels) {
    EXPECT_THAT(to_string(try_sampler({{"type", "class_balanced"}}, labelled({{}, {}}, {"a"})).error()),
                testing::EndsWith("no sample of the data set has a class; use sampler 'shuffle'"));
}

}  // namespace
}  // namespace goetia
