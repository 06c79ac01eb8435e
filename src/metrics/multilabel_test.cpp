#include "metrics/multilabel.h"

#include <gtest/gtest.h>

namespace goetia {
namespace {

// As average_precision_score, f1_score (zero_division=0) and accuracy_score of scikit-learn for label indicators.
const ClassScores kScores{3, {0.9F, 0.2F, 0.1F, 0.6F, 0.7F, 0.4F, 0.3F, 0.8F, 0.2F, 0.5F, 0.1F, 0.6F}};
const std::vector<std::uint8_t> kTruth{1, 0, 0, 1, 1, 0, 1, 1, 0, 0, 0, 0};

TEST(Multilabel, by_hand) {
    const auto precisions = multilabel_class_precisions(kScores, kTruth);
    EXPECT_DOUBLE_EQ(precisions[0], (1.0 + 1.0 + 3.0 / 4) / 3);
    EXPECT_DOUBLE_EQ(precisions[1], 1);
    EXPECT_TRUE(std::isnan(precisions[2])) << "no sample is of it";
    EXPECT_DOUBLE_EQ(multilabel_mean_precision(kScores, kTruth), (precisions[0] + 1) / 2);
    const MultilabelF1 f1 = multilabel_f1(kScores, kTruth, 0.5);
    // class 0: predicted 3, of it 3, hits 2; class 1: 2, 2, 2; class 2: 1, 0, 0
    EXPECT_DOUBLE_EQ(f1.macro, (4.0 / 6 + 1 + 0) / 3);
    EXPECT_DOUBLE_EQ(f1.micro, 8.0 / 11);
    EXPECT_DOUBLE_EQ(multilabel_subset_accuracy(kScores, kTruth, 0.5), 0.5);
}

TEST(Multilabel, of_nothing) {
    EXPECT_TRUE(std::isnan(multilabel_mean_precision({2, {}}, {})));
    EXPECT_TRUE(std::isnan(multilabel_subset_accuracy({2, {}}, {}, 0.5)));
    EXPECT_EQ(multilabel_f1({2, {}}, {}, 0.5).macro, 0);
}

}  // namespace
}  // namespace goetia
