#include "apps/goetia/reproduce_compare.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goetia::cli {
namespace {

MeasuredRun history(std::vector<double> losses, double rate = 1) {
    MeasuredRun run;
    for (std::size_t i = 0; i < losses.size(); ++i) {
        run.add("train/loss", static_cast<std::int64_t>(i + 1), losses[i]);
        run.add("train/images_per_second", static_cast<std::int64_t>(i + 1), static_cast<double>(i) + rate);
    }
    return run;
}

Value checkpoint(std::vector<float> numbers) {
    auto memory = std::make_shared<std::vector<float>>(std::move(numbers));
    Tensor tensor{DType::kFloat32,
                  {static_cast<std::int64_t>(memory->size())},
                  memory,
                  reinterpret_cast<const std::byte*>(memory->data())};
    return Dict{{"model", Dict{{"conv.weight", tensor}}}};
}

Comparison compared(const MeasuredRun& a, const MeasuredRun& b) {
    Comparison comparison;
    compare_metrics(a, b, comparison);
    return comparison;
}

TEST(Reproduce, equal_numbers_are_bitwise_and_times_are_ignored) {
    const Comparison same = compared(history({1, 0.5}), history({1, 0.5}, 77));
    EXPECT_EQ(verdict_of(same, 1e-4), Verdict::kBitwise);
    EXPECT_EQ(same.metrics, 2U);
    EXPECT_EQ(first_difference(same, 1e-4), nullptr);
}

TEST(Reproduce, nan_equals_nan) {
    EXPECT_EQ(verdict_of(compared(history({NAN}), history({NAN})), 1e-4), Verdict::kBitwise);
    EXPECT_EQ(verdict_of(compared(history({NAN}), history({1})), 1e-4), Verdict::kDiverged);
}

TEST(Reproduce, small_differences_are_within_eps_and_the_first_is_named) {
    const Comparison near = compared(history({1, 0.5, 0.25}), history({1, 0.500001, 0.2500001}));
    EXPECT_EQ(verdict_of(near, 1e-4), Verdict::kWithinEps);
    EXPECT_EQ(first_difference(near, 1e-4)->step, 2);
}

TEST(Reproduce, a_diverged_run_names_the_first_step_beyond_eps) {
    const Comparison far = compared(history({1, 0.5, 0.25}), history({1, 0.500001, 0.75}));
    EXPECT_EQ(verdict_of(far, 1e-4), Verdict::kDiverged);
    EXPECT_EQ(to_text(*first_difference(far, 1e-4)),
              "metric 'train/loss' at step 3: 0.25, now 0.75 (relative difference 0.5)");
}

TEST(Reproduce, a_run_that_ends_earlier_or_later_diverged) {
    EXPECT_EQ(to_text(*first_difference(compared(history({1, 2}), history({1})), 1e-4)),
              "metric 'train/loss' at step 2: 2, now missing");
    EXPECT_EQ(to_text(*first_difference(compared(history({1}), history({1, 2})), 1e-4)),
              "metric 'train/loss' at step 2: missing, now 2");
}

TEST(Reproduce, weights_are_compared_by_their_bits) {
    Comparison comparison;
    ASSERT_TRUE(compare_weights(checkpoint({1, 2}), checkpoint({1, 2}), comparison).ok());
    EXPECT_EQ(verdict_of(comparison, 0), Verdict::kBitwise);
    EXPECT_EQ(comparison.tensors, 1U);
    ASSERT_TRUE(compare_weights(checkpoint({1, 2}), checkpoint({1, 2.5}), comparison).ok());
    EXPECT_EQ(to_text(*first_difference(comparison, 1e-4)),
              "tensor 'conv.weight': float32 [2], now float32 [2] (relative difference 0.2)");
    Comparison shapes;
    ASSERT_TRUE(compare_weights(checkpoint({1, 2}), checkpoint({1, 2, 3}), shapes).ok());
    EXPECT_EQ(to_text(*first_difference(shapes, 1e-4)), "tensor 'conv.weight': float32 [2], now float32 [3]");
}

TEST(Reproduce, a_file_without_a_model_is_refused) {
    Comparison comparison;
    const Status refused = compare_weights(checkpoint({1}), Dict{}, comparison);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().message, "the checkpoint of the reproduced run holds no 'model'");
}

TEST(Reproduce, reports_differences_of_the_environment) {
    const Json before = {{"cpu", {{"model", "A"}}}, {"host", "x"}};
    const Json after = {{"cpu", {{"model", "B"}}}, {"host", "y"}};
    EXPECT_THAT(environment_differences(before, after), testing::ElementsAre("cpu/model: \"A\", now \"B\""));
}

}  // namespace
}  // namespace goetia::cli
