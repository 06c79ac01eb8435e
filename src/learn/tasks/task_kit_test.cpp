#include "learn/tasks/task_kit.h"

#include <gtest/gtest.h>

namespace goetia {
namespace {

TEST(TaskKit, a_metric_of_another_task_is_refused_by_name) {
    MetricRegistry registry(Kind::kMetric);
    ASSERT_TRUE(register_builtin_metrics(registry).ok());
    const ComponentInfo& accuracy = **registry.find("Accuracy");
    EXPECT_TRUE(check_task(accuracy, "metrics[0]", Task::kClassification).ok());
    EXPECT_EQ(check_task(accuracy, "metrics[0]", Task::kDetection).error().message,
              "metrics[0]: 'Accuracy' is for classification, but the model's task is detection");
}

TEST(TaskKit, of_a_task_that_cannot_be_trained_is_refused_with_those_that_can) {
    const auto kit = task_kit(static_cast<Task>(99));
    ASSERT_FALSE(kit.ok());
    EXPECT_EQ(kit.error().message,
              "the model's task is '', which cannot be trained; allowed: classification, detection, instance, "
              "multilabel, regression, segmentation");
    EXPECT_EQ((*task_kit(Task::kClassification))->metrics()[0]["type"], "Accuracy");
    EXPECT_EQ((*task_kit(Task::kSemantic))->metrics()[0]["type"], "MeanIoU");
}

}  // namespace
}  // namespace goetia
