#include "passes/quantise.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/text.h"
#include "graph/verify.h"
#include "passes/pass.h"
#include "testkit/small_graph.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using testing::Not;

// A bell around 0 with one number far out.
std::vector<float> bell() {
    std::vector<float> numbers;
    for (int i = -2000; i <= 2000; ++i) {
        const auto at = static_cast<float>(i) / 1000;
        for (int times = 0; times < std::lround(100 * std::exp(-4 * at * at)); ++times) numbers.push_back(at);
    }
    numbers.push_back(100);
    return numbers;
}

QuantRange range_of(const std::vector<float>& numbers, CalibrationMethod method) {
    SeenNumbers seen;
    seen.widen(numbers);
    seen.count(numbers);
    return seen.range(method);
}

TEST(Calibration, methods_differ_in_what_they_leave_out) {
    const std::vector<float> numbers = bell();
    EXPECT_FLOAT_EQ(range_of(numbers, CalibrationMethod::kMinMax).most, 100);
    for (const auto method : {CalibrationMethod::kPercentile, CalibrationMethod::kMse, CalibrationMethod::kEntropy}) {
        const QuantRange range = range_of(numbers, method);
        EXPECT_LT(range.most, 95) << static_cast<int>(method);
        EXPECT_GT(range.most, 1) << static_cast<int>(method);
        EXPECT_LE(range.least, 0);
    }
}

TEST(Calibration, keeps_a_range_that_is_used_evenly) {
    std::vector<float> numbers;
    for (int i = 0; i <= 10000; ++i) numbers.push_back(static_cast<float>(i) / 10000);
    for (const auto method : {CalibrationMethod::kMinMax, CalibrationMethod::kPercentile, CalibrationMethod::kMse,
                              CalibrationMethod::kEntropy})
        EXPECT_GT(range_of(numbers, method).most, 0.95F) << static_cast<int>(method);
}

TEST(Calibration, of_nothing_but_zeros_is_empty) {
    const QuantRange range = range_of({0, 0, 0}, CalibrationMethod::kEntropy);
    EXPECT_EQ(range.least, 0);
    EXPECT_EQ(range.most, 0);
}

TEST(Calibration, has_the_names_of_the_experiment_file) {
    EXPECT_EQ(calibration_named("entropy"), CalibrationMethod::kEntropy);
    EXPECT_EQ(calibration_named("minmax"), CalibrationMethod::kMinMax);
    EXPECT_FALSE(calibration_named("kl"));
}

ModelGraph folded_classifier() {
    ModelGraph graph = testkit::small_classifier();
    EXPECT_TRUE(run_passes(graph, common_passes(), {}));
    return graph;
}

std::map<std::string, QuantRange> ranges_for(const ModelGraph& graph) {
    std::map<std::string, QuantRange> ranges;
    for (const std::string& name : values_to_calibrate(graph)) ranges[name] = {-1, 3};
    return ranges;
}

TEST(Quantise, rounds_what_layers_read_and_their_weights) {
    const ModelGraph graph = folded_classifier();
    EXPECT_THAT(values_to_calibrate(graph), testing::ElementsAre("images", "pool", "relu"));
    const auto made = quantised(graph, ranges_for(graph), {});
    ASSERT_TRUE(made) << to_string(made.error());
    const Status whole = verify(*made);
    EXPECT_TRUE(whole) << to_string(whole.error());
    const std::string text = graph_text(*made, ConstantText::kSizes);
    EXPECT_THAT(text, HasSubstr("%images/q u8 [N,3,8,8] = Quantize("));
    EXPECT_THAT(text, HasSubstr("constant %conv.weight/folded/s8 i8 [4,3,3,3]"));
    EXPECT_THAT(text, HasSubstr("constant %fc.bias/s32 i32 [5]"));
    EXPECT_THAT(text, Not(HasSubstr("%bn/q")));  // between a layer and its only activation nothing is rounded
}

TEST(Quantise, leaves_named_layers_exact_and_knows_signed_numbers) {
    const ModelGraph graph = folded_classifier();
    const auto made = quantised(graph, ranges_for(graph), {.scheme = QuantScheme::kSigned, .exact = {"bn"}});
    ASSERT_TRUE(made);
    const std::string text = graph_text(*made, ConstantText::kSizes);
    EXPECT_THAT(text, HasSubstr("%relu/q i8"));
    EXPECT_THAT(text, Not(HasSubstr("conv.weight/folded/s8")));
}

TEST(Quantise, names_a_value_that_was_not_seen) {
    const ModelGraph graph = folded_classifier();
    const auto made = quantised(graph, {}, {});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().message, "the value 'images' was not calibrated");
}

}  // namespace
}  // namespace goetia
