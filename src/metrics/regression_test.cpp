#include <cmath>

#include <gtest/gtest.h>

#include "metrics/metric.h"

namespace goetia {
namespace {

struct Rows {
    std::int64_t targets = 1;
    std::vector<double> found, truth;

    [[nodiscard]] Rows part(std::size_t begin, std::size_t end) const {
        const auto cut = [&](const std::vector<double>& all) {
            const auto at = [&](std::size_t row) { return all.begin() + static_cast<std::ptrdiff_t>(row) * targets; };
            return std::vector<double>(at(begin), at(end));
        };
        return {targets, cut(found), cut(truth)};
    }
};

std::shared_ptr<Metric> made(const char* type, std::int64_t targets) {
    MetricRegistry registry(Kind::kMetric);
    EXPECT_TRUE(register_builtin_metrics(registry));
    return registry.make({{"type", type}}, "metrics[0]", targets).value();
}

void give(Metric& metric, const Rows& rows) {
    Truth truth;
    truth.values = rows.truth;
    metric.update(TargetValues{rows.targets, rows.found}, truth);
}

double value_of(const char* type, const Rows& rows) {
    const auto metric = made(type, rows.targets);
    give(*metric, rows);
    return metric->compute().at(0).value;
}

const Rows kFour{1, {2.5, 0.0, 2, 8}, {3, -0.5, 2, 7}};  // scikit-learn's own example

TEST(RegressionMetrics, by_hand) {
    EXPECT_DOUBLE_EQ(value_of("MAE", kFour), 0.5);
    EXPECT_DOUBLE_EQ(value_of("RMSE", kFour), std::sqrt(0.375));
    EXPECT_NEAR(value_of("R2", kFour), 0.9486081370449679, 1e-15);
}

TEST(RegressionMetrics, of_several_targets_are_the_means_of_theirs) {
    const Rows two{2, {0, 2, -1, 2, 8, -5}, {0.5, 1, -1, 1, 7, -6}};
    EXPECT_DOUBLE_EQ(value_of("MAE", two), 0.75);
    EXPECT_NEAR(value_of("R2", two), 0.9368005266622779, 1e-15);
}

TEST(RegressionMetrics, of_joined_ranks_equal_those_of_one) {
    for (const char* type : {"MAE", "RMSE", "R2"}) {
        const auto left = made(type, 1), right = made(type, 1), sum = made(type, 1);
        give(*left, kFour.part(0, 3)), give(*right, kFour.part(3, 4));
        sum->join(std::vector{left->state(), right->state()});
        EXPECT_NEAR(sum->compute()[0].value, value_of(type, kFour), 1e-15) << type;
    }
}

TEST(RegressionMetrics, r2_of_values_that_never_change) {
    EXPECT_EQ(value_of("R2", {1, {5, 5}, {5, 5}}), 1);
    EXPECT_EQ(value_of("R2", {1, {5, 6}, {5, 5}}), 0);
}

TEST(RegressionMetrics, keep_their_digits_far_from_zero) {
    const Rows far{1, {1e9 + 1, 1e9 + 2, 1e9 + 3}, {1e9 + 1, 1e9 + 2, 1e9 + 4}};
    EXPECT_NEAR(value_of("R2", far), 1 - 1 / (14.0 / 3), 1e-6);
}

Truth of_subjects(std::vector<double> values, std::vector<std::string> subjects) {
    Truth truth;
    truth.values = std::move(values), truth.subjects = std::move(subjects);
    return truth;
}

TEST(SubjectMAE, every_subject_counts_the_same) {
    const auto left = made("SubjectMAE", 1), right = made("SubjectMAE", 1), sum = made("SubjectMAE", 1);
    EXPECT_TRUE(std::isnan(sum->compute()[0].value));
    left->update(TargetValues{1, {1, 2, 3}}, of_subjects({0, 0, 0}, {"Ann", "Ann", "B\xc3\xb6"}));
    right->update(TargetValues{1, {6}}, of_subjects({0}, {"Ann"}));
    sum->join(std::vector{left->state(), right->state()});
    EXPECT_DOUBLE_EQ(sum->compute()[0].value, (3.0 + 3.0) / 2);
    EXPECT_EQ(sum->compute()[0].better, Better::kLower);
    const auto joined_again = made("SubjectMAE", 1);
    joined_again->join(std::vector<std::vector<double>>{sum->state()});
    EXPECT_EQ(joined_again->compute(), sum->compute());
}

TEST(SubjectMAE, is_not_defined_where_a_subject_is_not_known) {
    for (const std::vector<std::string>& subjects : std::vector<std::vector<std::string>>{{"Ann", ""}, {}}) {
        const auto metric = made("SubjectMAE", 2);
        metric->update(TargetValues{2, {1, 2, 3, 4}}, of_subjects({0, 0, 0, 0}, subjects));
        EXPECT_TRUE(std::isnan(metric->compute()[0].value));
    }
}

}  // namespace
}  // namespace goetia
