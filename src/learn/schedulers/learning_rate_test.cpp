#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "learn/schedulers/scheduler.h"

namespace goetia {
namespace {

using testing::HasSubstr;

SchedulerRegistry& registry() {
    static SchedulerRegistry all = [] {
        SchedulerRegistry made(Kind::kScheduler);
        EXPECT_TRUE(register_builtin_schedulers(made).ok());
        return made;
    }();
    return all;
}

Result<LearningRate> make(const Json& section, std::int64_t steps_per_epoch = 2, std::int64_t epochs = 10) {
    return LearningRate::make(registry(), section, 1.0, steps_per_epoch, epochs);
}

std::string fault_of(const Json& section) {
    const auto made = make(section);
    return made.ok() ? "it was made" : to_string(made.error());
}

TEST(LearningRate, without_a_section_never_changes) {
    const auto rate = make(nullptr);
    EXPECT_EQ(rate->at(0), 1.0);
    EXPECT_EQ(rate->at(1000), 1.0);
}

TEST(LearningRate, counts_epochs_or_steps) {
    const auto by_epoch = make({{"type", "StepLR"}, {"step_size", 1}, {"gamma", 0.5}});
    EXPECT_EQ(by_epoch->at(1), 1.0);
    EXPECT_EQ(by_epoch->at(2), 0.5);
    const auto by_step = make({{"type", "StepLR"}, {"step_size", 1}, {"gamma", 0.5}, {"by", "step"}});
    EXPECT_EQ(by_step->at(1), 0.5);
    EXPECT_EQ(by_step->at(2), 0.25);
}

TEST(LearningRate, warms_up_in_front_and_the_schedule_counts_from_its_end) {
    const auto rate = make({{"type", "CosineAnnealingLR"},
                            {"T_max", 4},
                            {"warmup", {{"type", "linear"}, {"epochs", 2}, {"start_factor", 0.2}}}});
    EXPECT_DOUBLE_EQ(rate->at(0), 0.2);
    EXPECT_DOUBLE_EQ(rate->at(2), 0.6);
    EXPECT_DOUBLE_EQ(rate->at(4), 1.0);
    EXPECT_DOUBLE_EQ(rate->at(8), 0.5);
    EXPECT_NEAR(rate->at(12), 0.0, 1e-15);
    const auto constant = make({{"type", "StepLR"},
                                {"step_size", 9},
                                {"warmup", {{"type", "constant"}, {"steps", 3}, {"start_factor", 0.1}}}});
    EXPECT_DOUBLE_EQ(constant->at(2), 0.1);
    EXPECT_DOUBLE_EQ(constant->at(3), 1.0);
    EXPECT_DOUBLE_EQ(
        make({{"type", "StepLR"}, {"step_size", 9}, {"warmup", {{"enabled", false}, {"epochs", 3}}}})->at(0), 1.0);
}

TEST(LearningRate, ends_at_the_runs_end_unless_told) {
    const Json warmup{{"epochs", 2}};
    const auto by_epoch = make({{"type", "CosineAnnealingLR"}, {"warmup", warmup}});
    EXPECT_NEAR(by_epoch->at(4 + 2 * 4), 0.5, 1e-15);  // 8 epochs are left: half of the way after 4
    const auto by_step = make({{"type", "PolynomialLR"}, {"by", "step"}, {"warmup", warmup}});
    EXPECT_DOUBLE_EQ(by_step->at(4 + 8), 0.5);
    EXPECT_EQ(by_step->at(20), 0.0);
    EXPECT_TRUE(
        make({{"type", "CosineAnnealingLR"}, {"warmup", {{"epochs", 50}}}}).ok());  // a run shorter than its warm-up
}

TEST(LearningRate, plateau_falls_when_the_metric_stops_improving_and_remembers) {
    const Json section{{"type", "ReduceLROnPlateau"},
                       {"mode", "max"},
                       {"patience", 1},
                       {"factor", 0.5},
                       {"monitor", "val/accuracy_top1"}};
    auto rate = make(section);
    EXPECT_EQ(rate->scheduler()->monitor(), "val/accuracy_top1");
    for (const double metric : {0.5, 0.5, 0.5}) rate->observe(2, metric);
    EXPECT_EQ(rate->at(6), 0.5);
    rate->observe(2, 0.5);

    auto resumed = make(section);
    ASSERT_TRUE(resumed->scheduler()->load(rate->scheduler()->state()).ok());
    EXPECT_EQ(resumed->at(6), 0.5);
    resumed->observe(2, 0.5);
    EXPECT_EQ(resumed->at(8), 0.25);
    EXPECT_THAT(resumed->scheduler()->load(Dict{}).error().message, HasSubstr("is not that of a 'ReduceLROnPlateau'"));
}

TEST(LearningRate, plateau_does_not_count_epochs_of_the_warm_up) {
    auto rate = make({{"type", "ReduceLROnPlateau"}, {"patience", 0}, {"warmup", {{"epochs", 2}}}});
    for (const std::int64_t step : {2, 4}) rate->observe(step, 1.0);
    EXPECT_EQ(rate->at(4), 1.0);
    rate->observe(6, 1.0), rate->observe(8, 1.0);
    EXPECT_EQ(rate->at(8), 0.1);
}

TEST(LearningRate, says_what_is_wrong_with_its_section) {
    EXPECT_THAT(fault_of({{"type", "CosineAnealingLR"}}), HasSubstr("did you mean 'CosineAnnealingLR'?"));
    EXPECT_THAT(fault_of({{"type", "StepLR"}}), HasSubstr("scheduler.step_size: 'StepLR' needs it"));
    EXPECT_THAT(fault_of({{"type", "StepLR"}, {"step_size", 1}, {"by", "hour"}}),
                HasSubstr("'scheduler.by' is \"hour\"; allowed: epoch, step"));
    EXPECT_THAT(fault_of({{"type", "StepLR"}, {"step_size", 1}, {"warmup", Json::object()}}),
                HasSubstr("scheduler.warmup: needs either 'epochs' or 'steps'"));
    EXPECT_THAT(
        fault_of({{"type", "StepLR"}, {"step_size", 1}, {"warmup", {{"type", "cubic"}, {"epochs", 1}}}}),
        HasSubstr(
            "scheduler.warmup.type: not one of the choices, found \"cubic\" (allowed: linear, constant, exponential)"));
    EXPECT_THAT(fault_of({{"type", "StepLR"}, {"step_size", 1}, {"warmup", {{"epoch", 1}}}}),
                HasSubstr("'warmup' has no parameter 'epoch'"));
    EXPECT_THAT(fault_of("cosine"),
                HasSubstr("'scheduler' needs a mapping with 'type' naming a scheduler, found \"cosine\""));
}

}  // namespace
}  // namespace goetia
