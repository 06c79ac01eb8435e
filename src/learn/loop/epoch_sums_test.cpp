#include "learn/loop/epoch_sums.h"

#include <limits>

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "learn/tasks/classification.h"

namespace goetia {
namespace {

const std::vector<std::int64_t> kTop{1, 2, 9};

EpochSums two_batches(EpochSums before = {.loss = 0, .samples = 0, .seconds = 0, .counts = {0, 0, 0}}) {
    RunningSums running;
    running.start(before, torch::kCPU);
    const auto add = [&](std::int64_t step, float loss, const torch::Tensor& scores, std::vector<std::int64_t> labels) {
        Targets targets;
        targets.labels = torch::tensor(labels, torch::kInt64);
        running.add(step, torch::tensor(loss), scores.size(0), count_hits({scores}, targets, kTop));
    };
    const torch::Tensor scores = torch::tensor({{0.1F, 0.7F, 0.2F}, {0.5F, 0.1F, 0.4F}});
    add(1, 2.0F, scores, {1, 2});              // first right, second in two
    add(2, 5.0F, scores.slice(0, 0, 1), {0});  // only in three
    EXPECT_FALSE(running.read().first_bad);
    return running.read().sums;
}

TEST(EpochSums, are_means_over_samples_for_every_k_even_one_beyond_the_classes) {
    const MetricValues means = two_batches().means(accuracy_names(kTop));
    EXPECT_DOUBLE_EQ(means.at("train/loss"), (2.0 * 2 + 5.0) / 3);
    EXPECT_DOUBLE_EQ(means.at("train/accuracy_top1"), 1.0 / 3);
    EXPECT_DOUBLE_EQ(means.at("train/accuracy_top2"), 2.0 / 3);
    EXPECT_DOUBLE_EQ(means.at("train/accuracy_top9"), 1.0);
}

TEST(EpochSums, go_on_from_what_was_read) {
    const EpochSums twice = two_batches(two_batches());
    EXPECT_EQ(twice.samples, 6);
    EXPECT_EQ(twice.loss, 18);
    EXPECT_EQ(twice.counts, (std::vector<double>{2, 4, 6}));
}

TEST(EpochSums, come_back_from_a_checkpoint_as_they_were) {
    EpochSums sums = two_batches();
    sums.seconds = 1.5;
    const Value packed = pack(sums, accuracy_names(kTop));
    const Result<EpochSums> back = unpack_sums(&packed, accuracy_names(kTop), "last.pth");
    ASSERT_TRUE(back) << to_string(back.error());
    EXPECT_EQ(back->loss, sums.loss);
    EXPECT_EQ(back->samples, sums.samples);
    EXPECT_EQ(back->seconds, sums.seconds);
    EXPECT_EQ(back->counts, sums.counts);
}

TEST(EpochSums, of_older_checkpoints_are_lists_in_the_models_order) {
    const Value packed = Dict{{"loss", 1.0}, {"samples", 4.0}, {"seconds", 0.5}, {"correct", List{2.0, 3.0, 4.0}}};
    EXPECT_EQ(unpack_sums(&packed, accuracy_names(kTop), "last.pth")->counts, (std::vector<double>{2, 3, 4}));
}

TEST(EpochSums, that_are_incomplete_are_refused_by_name) {
    const Value packed = Dict{{"loss", 1.0}, {"samples", 2.0}};
    EXPECT_EQ(unpack_sums(&packed, {}, "last.pth").error().message,
              "checkpoint 'last.pth': 'goetia.sums.seconds' is missing or no number");
    EXPECT_EQ(unpack_sums(nullptr, {}, "last.pth").error().message,
              "checkpoint 'last.pth': 'goetia.sums.loss' is missing or no number");
}

TEST(RunningSums, name_the_first_loss_that_is_not_finite) {
    RunningSums running;
    running.start({}, torch::kCPU);
    for (const auto& [step, loss] : {std::pair(6, 1.0F), std::pair(7, std::numeric_limits<float>::infinity()),
                                     std::pair(8, std::numeric_limits<float>::quiet_NaN())})
        running.add(step, torch::tensor(loss), 1, {});
    const auto bad = running.read().first_bad;
    ASSERT_TRUE(bad);
    EXPECT_EQ(bad->step, 7);
    EXPECT_EQ(bad->loss, std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace goetia
