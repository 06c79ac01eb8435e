#include "master/objects/retention.h"

#include <gtest/gtest.h>

#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

constexpr double kDay = 86'400, kNow = 1000 * kDay;

std::vector<std::string> chosen(const RetentionRule& rule, const std::vector<RetainedExperiment>& experiments) {
    std::vector<std::string> all;
    for (const RetentionStep& step : plan_retention(rule, experiments, kNow))
        all.push_back(step.experiment + ":" + step.path);
    return all;
}

const std::vector<RetainedExperiment> kExperiments{
    {.id = "new", .state = "completed", .updated_at = kNow - kDay},
    {.id = "old", .state = "completed", .updated_at = kNow - 100 * kDay, .bytes = 5},
    {.id = "older", .state = "failed", .tags = {"baseline", "x"}, .updated_at = kNow - 200 * kDay},
    {.id = "oldest", .state = "failed", .updated_at = kNow - 300 * kDay},
    {.id = "running", .state = "running", .has_ended = false, .updated_at = kNow - 400 * kDay},
};

using Steps = std::vector<std::string>;

TEST(Retention, deletes_by_age_state_tag_and_count) {
    EXPECT_EQ(chosen({}, kExperiments), Steps());
    EXPECT_EQ(chosen({.days = 30}, kExperiments), (Steps{"old:", "older:", "oldest:"}));
    EXPECT_EQ(chosen({.days = 30, .kept_tags = {"baseline"}}, kExperiments), (Steps{"old:", "oldest:"}));
    EXPECT_EQ(chosen({.days = 30, .states = {"failed"}}, kExperiments), (Steps{"older:", "oldest:"}));
    EXPECT_EQ(chosen({.days = 30, .kept_newest = 3}, kExperiments), (Steps{"oldest:"}));
    const auto step = plan_retention({.days = 30}, kExperiments, kNow)[0];
    EXPECT_EQ(step.bytes, 5);
    EXPECT_EQ(step.reason, "it has been completed for 100 days, 30 are allowed");
}

TEST(Retention, keeps_the_newest_checkpoints_and_always_best_and_last) {
    const RetainedExperiment one{.id = "e",
                                 .state = "completed",
                                 .updated_at = kNow,
                                 .files = {{"checkpoints/checkpoint_epoch_1.pth", 1, 10},
                                           {"checkpoints/checkpoint_epoch_2.pth", 2, 20},
                                           {"checkpoints/checkpoint_epoch_10.pth", 3, 30},
                                           {"checkpoints/last.pth", 0, 40},
                                           {"checkpoints/best_acc_0.95_epoch_2.pth", 0, 40}}};
    EXPECT_EQ(chosen({.kept_checkpoints = 1}, {one}),
              (Steps{"e:checkpoints/checkpoint_epoch_2.pth", "e:checkpoints/checkpoint_epoch_1.pth"}));
    EXPECT_EQ(chosen({.kept_checkpoints = 0}, {one}).size(), 3U);
    RetainedExperiment running = one;
    running.has_ended = false;
    EXPECT_EQ(chosen({.kept_checkpoints = 0}, {running}), Steps());
}

TEST(Retention, deletes_the_folders_of_an_experiment_only) {
    const testkit::TemporaryFolder data;
    data.write("experiments/e1/journal/attempt_1.journal", std::string(100'000, 'x'));
    data.write("series/e1/columns", std::string(50'000, 'x'));
    data.write("experiments/e2/config.yaml", "");
    EXPECT_GE(*delete_experiment_files(data.path(), "e1"), 150'000);
    EXPECT_FALSE(std::filesystem::exists(data / "experiments/e1"));
    EXPECT_FALSE(std::filesystem::exists(data / "series/e1"));
    for (const std::string bad : {"e1", "", ".", "..", "../experiments", "e2/..", "/"})
        EXPECT_EQ(delete_experiment_files(data.path(), bad).error().code, Code::kNotFound) << bad;
    EXPECT_TRUE(std::filesystem::exists(data / "experiments/e2/config.yaml"));
}

}  // namespace
}  // namespace goetia
