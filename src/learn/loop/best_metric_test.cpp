#include "learn/loop/best_metric.h"

#include <gtest/gtest.h>

namespace goetia {
namespace {

const TaskKit& kit_of(Task task) { return *task_kit(task).value(); }

const std::vector<MeasuredMetric> kMeasured{
    {"val/loss", Better::kLower}, {"val/oddness", Better::kLower}, {"val/mae", Better::kLower}, {"val/r2"}};

TEST(BestMetric, is_usual_for_the_task) {
    const MeasuredMetric best = best_metric({.best_metric = "auto"}, kit_of(Task::kRegression), kMeasured);
    EXPECT_EQ(best.name, "val/mae");
    EXPECT_EQ(best.better, Better::kLower);
    EXPECT_EQ(best_metric({.best_metric = "auto"}, kit_of(Task::kDetection), {}).name, "val/mAP");
}

TEST(BestMetric, is_the_first_measured_or_the_loss_where_that_is_not_measured) {
    const TaskKit& kit = kit_of(Task::kClassification);
    EXPECT_EQ(best_metric({.best_metric = "auto"}, kit, kMeasured).name, "val/oddness");
    EXPECT_EQ(best_metric({.best_metric = "auto"}, kit, {kMeasured[0]}).name, "val/loss");
}

TEST(BestMetric, the_metric_says_which_way_is_better_unless_the_document_does) {
    const TaskKit& kit = kit_of(Task::kRegression);
    EXPECT_EQ(best_metric({.best_metric = "val/r2"}, kit, kMeasured).better, Better::kHigher);
    EXPECT_EQ(best_metric({.best_metric = "val/loss"}, kit, kMeasured).better, Better::kLower);
    EXPECT_EQ(best_metric({.best_metric = "train/loss"}, kit, kMeasured).better, Better::kLower);
    EXPECT_EQ(best_metric({.best_metric = "val/loss", .best_mode = Better::kHigher}, kit, kMeasured).better,
              Better::kHigher);
}

}  // namespace
}  // namespace goetia
