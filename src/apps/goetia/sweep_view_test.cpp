#include "apps/goetia/sweep_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "run/progress.h"

namespace goetia::cli {
namespace {

using testing::HasSubstr;

SweepState some_sweep() {
    SweepState state;
    const std::vector<Json> records = {
        sweep_record({.strategy = Strategy::kHalving, .trials = 9, .eta = 3}, {{"file", "/c.yaml"}}),
        objective_record("val/loss", true),
        trial_record(0, {0}, {"optimizer.lr=0.1"}, "optimizer.lr=0.1"),
        started_record(0, "exp_a", 4),
        value_record(0, 1, 0.75),
        ended_record(0, TrialState::kEarly, ""),
        trial_record(1, {1}, {"optimizer.lr=0.2"}, "optimizer.lr=0.2"),
        started_record(1, "exp_b", 4),
        value_record(1, 1, 0.5),
        value_record(1, 2, 0.625),
        trial_record(2, {2}, {"optimizer.lr=0.3"}, "optimizer.lr=0.3"),
        ended_record(2, TrialState::kFailed, "no data"),
    };
    for (const Json& record : records) EXPECT_TRUE(apply_record(state, record));
    return state;
}

TEST(SweepView, the_live_table_has_what_runs_and_then_the_best) {
    RunProgress progress;
    progress.epoch = 2, progress.epochs = 4, progress.steps_per_epoch = 10, progress.step = 20;
    const SweepState state = some_sweep();
    const auto lines = live_table(state, {{1, &progress}}, 9, 20, 100);
    EXPECT_THAT(lines, testing::ElementsAre(
                           "sweep (halving): 2 of 9 trials over, 1 running, 1 stopped early, 1 failed; by val/loss",
                           "trial  state          epoch  best    done  overrides",
                           "1      running        2/4    0.5000  50 %  optimizer.lr=0.2",
                           "0      stopped early  1/4    0.7500        optimizer.lr=0.1",
                           "2      failed         0      -             optimizer.lr=0.3"));
    const auto small = live_table(state, {{1, &progress}}, 0, 3, 20);
    ASSERT_EQ(small.size(), 3U);
    for (const std::string& line : small) EXPECT_LE(line.size(), 20U);
}

TEST(SweepView, the_result_is_sorted_and_names_the_best) {
    const std::string text = sweep_result_text(some_sweep(), "experiments", "/experiments/multirun/x");
    EXPECT_THAT(text, HasSubstr("rank  trial  state          val/loss  epoch  epochs  experiment  overrides\n"
                                "1     1      running        0.5000    1      2/4     exp_b       optimizer.lr=0.2\n"
                                "2     0      stopped early  0.7500    1      1/4     exp_a       optimizer.lr=0.1\n"
                                "3     2      failed         -         -      0       -           optimizer.lr=0.3\n"
                                "trial 2: no data\n"));
    EXPECT_THAT(text, HasSubstr("best: trial 1 in experiments/exp_b\n"
                                "  goetia train --config '/c.yaml' 'optimizer.lr=0.2'\n"
                                "/experiments/multirun/x/summary.csv\n"));
}

}  // namespace
}  // namespace goetia::cli
