#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "metrics/curves.h"
#include "metrics/metric.h"
#include "metrics/score_curves.h"

namespace goetia {
namespace {

constexpr float kNoNumber = std::numeric_limits<float>::quiet_NaN();

Truth with_labels(std::vector<std::int64_t> labels) {
    Truth truth;
    truth.labels = std::move(labels);
    return truth;
}

// Ten samples, four classes; class 3 never occurs in the truth, and is predicted once.
//   truth  0 0 0 1 1 1 2 2 2 2
//   found  0 0 1 1 1 2 2 2 0 3
struct Ten {
    std::vector<std::int64_t> labels{0, 0, 0, 1, 1, 1, 2, 2, 2, 2};
    std::vector<float> scores = [] {
        std::vector<float> made;
        for (const int found : {0, 0, 1, 1, 1, 2, 2, 2, 0, 3}) {
            for (int one = 0; one < 4; ++one) made.push_back(one == found ? 0.7F : 0.1F);
        }
        return made;
    }();
    void give(Metric& metric, std::size_t begin = 0, std::size_t count = 10) const {
        const auto from = [&](const auto& list, std::size_t width) {
            const auto start = list.begin() + static_cast<std::ptrdiff_t>(begin * width);
            return std::vector(start, start + static_cast<std::ptrdiff_t>(count * width));
        };
        metric.update(ClassScores{4, from(scores, 4)}, with_labels(from(labels, 1)));
    }
};

class Metrics : public testing::Test {
  protected:
    void SetUp() override { ASSERT_TRUE(register_builtin_metrics(registry_)); }
    std::shared_ptr<Metric> make(const Json& config, std::int64_t classes = 4) {
        auto made = registry_.make(config, "metrics[0]", classes);
        EXPECT_TRUE(made) << to_string(made.error());
        return *made;
    }
    std::map<std::string, double> of_ten(const Json& config) {
        const auto metric = make(config);
        ten_.give(*metric);
        std::map<std::string, double> values;
        for (const MetricValue& one : metric->compute()) values[one.name] = one.value;
        return values;
    }
    MetricRegistry registry_{Kind::kMetric};
    Ten ten_;
};

TEST_F(Metrics, accuracy_counts_the_k_surest) {
    const auto values = of_ten({{"type", "Accuracy"}, {"topk", {1, 2, 5}}});
    EXPECT_DOUBLE_EQ(values.at("accuracy_top1"), 0.6);
    EXPECT_DOUBLE_EQ(values.at("accuracy_top2"), 0.7) << "of equal scores the lower class is surer";
    EXPECT_DOUBLE_EQ(values.at("accuracy_top5"), 1.0) << "there are only four";
}

TEST_F(Metrics, a_class_that_never_occurs_has_no_say_in_the_mean) {
    // By hand: precision 2/3, 2/3, 2/3, 0; recall 2/3, 2/3, 1/2, 0; class 3 was predicted once, so it counts.
    EXPECT_DOUBLE_EQ(of_ten({{"type", "Precision"}}).at("precision_macro"), (2.0 / 3 * 3 + 0) / 4);
    EXPECT_DOUBLE_EQ(of_ten({{"type", "Recall"}, {"average", "weighted"}}).at("recall_weighted"), 0.6);
    EXPECT_DOUBLE_EQ(of_ten({{"type", "F1Score"}, {"average", "micro"}}).at("f1_micro"), 0.6);
    const auto metric = make({{"type", "Recall"}}, 5);
    const std::vector<float> scores{1, 0, 0, 0, 0};
    const std::vector<std::int64_t> labels{0};
    metric->update(ClassScores{5, scores}, with_labels(labels));
    EXPECT_DOUBLE_EQ(metric->compute()[0].value, 1.0);
}

TEST_F(Metrics, one_value_per_class_without_an_average) {
    const auto values = of_ten({{"type", "Recall"}, {"average", "none"}});
    EXPECT_EQ(values.size(), 4U);
    EXPECT_DOUBLE_EQ(values.at("recall_class_2"), 0.5);
    EXPECT_DOUBLE_EQ(values.at("recall_class_3"), 0.0);
}

TEST_F(Metrics, of_nothing_everything_is_zero) {
    for (const char* type : {"Accuracy", "Precision", "Recall", "F1Score"}) {
        for (const MetricValue& one : make({{"type", type}})->compute()) EXPECT_EQ(one.value, 0.0) << one.name;
    }
}

TEST_F(Metrics, states_joined_over_ranks_equal_one_rank) {
    for (const Json& config : std::vector<Json>{{{"type", "Accuracy"}, {"topk", {1, 2}}},
                                                {{"type", "Precision"}},
                                                {{"type", "F1Score"}, {"average", "weighted"}},
                                                {{"type", "ConfusionMatrix"}}}) {
        const auto whole = make(config), left = make(config), right = make(config), sum = make(config);
        ten_.give(*whole);
        ten_.give(*left, 0, 7), ten_.give(*right, 7, 3);
        sum->join(std::vector{left->state(), right->state()});
        EXPECT_EQ(sum->compute(), whole->compute()) << config;
        EXPECT_EQ(sum->drawings(), whole->drawings()) << config;
        sum->reset();
        EXPECT_EQ(sum->state(), make(config)->state()) << config;
    }
}

TEST_F(Metrics, the_confusion_matrix_counts_and_can_be_normalized) {
    const auto matrix_of = [&](const char* how) {
        const auto metric = make({{"type", "ConfusionMatrix"}, {"num_classes", 4}, {"normalize", how}});
        ten_.give(*metric);
        EXPECT_TRUE(metric->compute().empty());
        const Drawing drawn = metric->drawings().at(0);
        EXPECT_EQ(drawn.name, "confusion_matrix");
        return std::get<MatrixDrawing>(drawn.content);
    };
    EXPECT_EQ(matrix_of("none").counts,
              (std::vector<std::vector<double>>{{2, 1, 0, 0}, {0, 2, 1, 0}, {1, 0, 2, 1}, {0, 0, 0, 0}}));
    EXPECT_TRUE(matrix_of("none").normalized.empty());
    EXPECT_EQ(matrix_of("true").normalized[2], (std::vector<double>{0.25, 0, 0.5, 0.25}));
    EXPECT_EQ(matrix_of("true").normalized[3], (std::vector<double>{0, 0, 0, 0}));
    EXPECT_EQ(matrix_of("prediction").normalized[2][3], 1.0);
    EXPECT_EQ(matrix_of("all").normalized[0][0], 0.2);
}

TEST_F(Metrics, a_number_of_classes_that_is_not_the_data_sets_is_refused) {
    EXPECT_EQ(registry_.make({{"type", "ConfusionMatrix"}, {"num_classes", 1000}}, "metrics[4]", 10).error().message,
              "metric 'ConfusionMatrix' (metrics[4]): num_classes is 1000, but the data set has 10 classes; leave "
              "num_classes out or correct it");
}

TEST_F(Metrics, a_wrong_parameter_is_told_with_what_is_allowed) {
    EXPECT_EQ(to_string(registry_.make({{"type", "F1Score"}, {"average", "macros"}}, "metrics[3]", 10).error()),
              "metric 'F1Score' cannot be made from metrics[3]\n  metrics[3].average: not one of the choices, found "
              "\"macros\" (allowed: a text, one of macro, micro, weighted, none); did you mean 'macro'?");
    EXPECT_FALSE(registry_.make({{"type", "Accuracy"}, {"topk", {0}}}, "metrics[0]", 10));
}

TEST_F(Metrics, a_model_that_gives_no_numbers_hits_nothing) {
    const std::vector<float> scores(8, kNoNumber);
    const std::vector<std::int64_t> labels{1, 2};
    const auto accuracy = make({{"type", "Accuracy"}, {"topk", {1, 3}}});
    accuracy->update(ClassScores{4, scores}, with_labels(labels));
    EXPECT_EQ(accuracy->compute()[0].value, 0.0);
    EXPECT_EQ(accuracy->compute()[1].value, 0.0);
}

TEST_F(Metrics, labels_outside_the_classes_are_skipped) {
    const std::vector<float> scores{1, 0, 0, 1, 0, 1};
    const std::vector<std::int64_t> labels{0, -1, 2};
    for (const char* type : {"Accuracy", "Recall"}) {
        const auto metric = make({{"type", type}}, 2);
        metric->update(ClassScores{2, scores}, with_labels(labels));
        EXPECT_EQ(metric->compute()[0].value, 1.0) << type;
    }
}

TEST(Curves, precision_recall_by_hand) {
    const PrCurve curve = pr_curve({{0.1F, 0.4F, 0.35F, 0.8F}, {false, false, true, true}});
    EXPECT_EQ(curve.recall, (std::vector<double>{1, 1, 0.5, 0.5, 0}));
    EXPECT_EQ(curve.precision, (std::vector<double>{0.5, 2.0 / 3, 0.5, 1, 1}));
    EXPECT_NEAR(curve.average_precision, 0.8333333333333333, 1e-15);
}

TEST(Curves, equal_scores_are_one_threshold) {
    const RocCurve curve = roc_curve({{0.5F, 0.5F, 0.5F, 0.5F}, {true, false, true, false}});
    EXPECT_EQ(curve.false_positive_rate, (std::vector<double>{0, 1}));
    EXPECT_DOUBLE_EQ(curve.auc, 0.5);
    EXPECT_DOUBLE_EQ(pr_curve({{0.5F, 0.5F}, {true, false}}).average_precision, 0.5);
}

TEST(Curves, what_is_not_defined_is_no_number) {
    EXPECT_TRUE(std::isnan(pr_curve({{0.5F}, {false}}).average_precision));
    EXPECT_TRUE(std::isnan(roc_curve({{0.5F}, {true}}).auc));
    EXPECT_TRUE(std::isnan(roc_curve({}).auc));
    EXPECT_TRUE(roc_curve({{0.5F}, {true}}).thresholds.empty());
    const double values[] = {0.5, std::nan(""), 1.0};
    EXPECT_DOUBLE_EQ(mean_of_defined(values), 0.75);
}

TEST_F(Metrics, curves_of_joined_ranks_equal_those_of_one) {
    ScoreCurves whole(4, true, true), left(4, true, true), right(4, true, true), sum(4, true, true);
    ten_.give(whole), ten_.give(left, 0, 7), ten_.give(right, 7, 3);
    sum.join(std::vector{left.state(), right.state()});
    const std::vector<Drawing> drawn = sum.drawings();
    ASSERT_EQ(drawn.size(), 2U);
    EXPECT_EQ(drawn[0].name, "pr_curve");
    EXPECT_EQ(std::get<CurvesDrawing>(drawn[0].content).classes[0],
              std::get<CurvesDrawing>(whole.drawings()[0].content).classes[0]);
    EXPECT_EQ(std::get<CurvesDrawing>(drawn[1].content).classes[1],
              std::get<CurvesDrawing>(whole.drawings()[1].content).classes[1]);
    EXPECT_TRUE(sum.compute().empty()) << "curves are drawn, not measured";
    sum.reset();
    EXPECT_TRUE(sum.drawings().empty());
}

TEST_F(Metrics, say_what_they_measure) {
    for (const ComponentInfo* one : registry_.components())
        EXPECT_FALSE(one->schema.tasks().empty()) << one->schema.name();
    EXPECT_TRUE((*registry_.find("F1Score"))->schema.fits_task("classification"));
    EXPECT_FALSE((*registry_.find("F1Score"))->schema.fits_task("detection"));
}

TEST(Curves, one_class_against_the_rest) {
    const std::vector<float> scores{0.9F, 0.1F, 0.2F, 0.8F, kNoNumber, 1.0F};
    const std::vector<std::int64_t> labels{0, 1, 0};
    const BinaryScores samples = one_against_rest({2, scores}, labels, 0);
    EXPECT_EQ(samples.scores, (std::vector<float>{0.9F, 0.2F}));
    EXPECT_EQ(samples.is_positive, (std::vector<bool>{true, false}));
}

}  // namespace
}  // namespace goetia
