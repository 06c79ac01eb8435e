#include "datasets/class_weights.h"

#include <cmath>

#include "testkit/datasets.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(ClassWeights, inverse_matches_scikit_learns_balanced) {
    // n_samples / (n_classes * bincount) by hand.
    EXPECT_EQ(class_weights({6, 3, 1}, Weighting::kInverse), (std::vector<double>{10 / 18.0, 10 / 9.0, 10 / 3.0}));
    EXPECT_EQ(class_weights({4, 0, 4}, Weighting::kInverse), (std::vector<double>{1, 0, 1}));
}

TEST(ClassWeights, effective_matches_the_paper) {
    const double b = 0.99;
    const auto raw = [&](int n) { return (1 - b) / (1 - std::pow(b, n)); };
    const double scale = 3 / (raw(1000) + raw(100) + raw(1));
    const auto weights = class_weights({1000, 100, 1}, Weighting::kEffective, b);
    EXPECT_NEAR(weights[0], raw(1000) * scale, 1e-12);
    EXPECT_NEAR(weights[1], raw(100) * scale, 1e-12);
    EXPECT_NEAR(weights[2], raw(1) * scale, 1e-12);
}

TEST(ClassWeights, median_is_one_at_the_median) {
    EXPECT_EQ(class_weights({100, 10, 1}, Weighting::kMedian), (std::vector<double>{0.1, 1, 10}));
    EXPECT_EQ(class_weights({4, 2, 0}, Weighting::kMedian), (std::vector<double>{0.75, 1.5, 0}))
        << "the mean of the two";
}

TEST(ClassWeights, focal_alpha_is_that_of_the_imbalanced_example) {
    const auto alpha = focal_alpha({10000, 200, 600});
    EXPECT_EQ(alpha[0], 1);
    EXPECT_EQ(alpha[1], 50);
    EXPECT_NEAR(alpha[2], 16.67, 0.004);
    EXPECT_EQ(focal_alpha({0, 5}), (std::vector<double>{0, 1}));
}

TEST(ClassWeights, without_samples_are_zero) {
    for (const Weighting one : {Weighting::kInverse, Weighting::kEffective, Weighting::kMedian})
        EXPECT_EQ(class_weights({0, 0}, one), (std::vector<double>{0, 0}));
    EXPECT_TRUE(class_weights({}, Weighting::kInverse).empty());
}

TEST(ClassWeights, have_names) {
    EXPECT_EQ(weighting_from_name("effective"), Weighting::kEffective);
    EXPECT_EQ(weighting_name(Weighting::kMedian), "median");
    EXPECT_FALSE(weighting_from_name("x"));
}

TEST(ClassCounts, count_objects_where_there_are_some) {
    EXPECT_EQ(class_counts(*counted({3, 0, 2})).value(), (Samples{3, 0, 2}));
    EXPECT_EQ(class_counts(*labelled({{0, 0, 1}, {1}, {}}, {"a", "b"})).value(), (Samples{2, 2}));
}

}  // namespace
}  // namespace goetia
