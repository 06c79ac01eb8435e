#include "learn/loop/epoch_sums.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

namespace goetia {
namespace {

const std::vector<std::int64_t> kTop{1, 2, 9};

EpochSums two_batches() {
    EpochSums sums;
    const torch::Tensor scores = torch::tensor({{0.1F, 0.7F, 0.2F}, {0.5F, 0.1F, 0.4F}});
    sums.add(2.0, scores, torch::tensor({1, 2}, torch::kInt64), kTop);              // first right, second in two
    sums.add(5.0, scores.slice(0, 0, 1), torch::tensor({0}, torch::kInt64), kTop);  // only in three
    return sums;
}

TEST(EpochSums, are_means_over_samples_for_every_k_even_one_beyond_the_classes) {
    const MetricValues means = two_batches().means(kTop);
    EXPECT_DOUBLE_EQ(means.at("train/loss"), (2.0 * 2 + 5.0) / 3);
    EXPECT_DOUBLE_EQ(means.at("train/accuracy_top1"), 1.0 / 3);
    EXPECT_DOUBLE_EQ(means.at("train/accuracy_top2"), 2.0 / 3);
    EXPECT_DOUBLE_EQ(means.at("train/accuracy_top9"), 1.0);
}

TEST(EpochSums, come_back_from_a_checkpoint_as_they_were) {
    EpochSums sums = two_batches();
    sums.seconds = 1.5;
    const Value packed = pack(sums);
    const Result<EpochSums> back = unpack_sums(&packed, "last.pth");
    ASSERT_TRUE(back) << to_string(back.error());
    EXPECT_EQ(back->loss, sums.loss);
    EXPECT_EQ(back->samples, sums.samples);
    EXPECT_EQ(back->seconds, sums.seconds);
    EXPECT_EQ(back->correct, sums.correct);
}

TEST(EpochSums, that_are_not_whole_are_refused_by_name) {
    const Value packed = Dict{{"loss", 1.0}, {"samples", 2.0}};
    EXPECT_EQ(unpack_sums(&packed, "last.pth").error().message,
              "checkpoint 'last.pth': 'goetia.sums.seconds' is missing or no number");
    EXPECT_EQ(unpack_sums(nullptr, "last.pth").error().message,
              "checkpoint 'last.pth': 'goetia.sums.loss' is missing or no number");
}

}  // namespace
}  // namespace goetia
