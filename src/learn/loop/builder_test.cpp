#include "learn/loop/builder.h"

#include <gmock/gmock.h>

#include "learn/hooks/watched.h"
#include "testkit/learn.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(WatchedMetrics, that_are_never_measured_are_refused_with_those_that_are) {
    Toy toy = make_toy();
    toy.parts.settings.checkpoints.save_best = true;
    toy.parts.settings.checkpoints.best_metric = "train/acuracy_top1";
    EXPECT_EQ(check_watched_metrics(toy.parts).error().message,
              "checkpoint.best_metric names 'train/acuracy_top1', which this run does not measure; known: train/loss, "
              "train/lr, train/accuracy_top1");
    toy.parts.settings.checkpoints.save_best = false;
    EXPECT_TRUE(check_watched_metrics(toy.parts).ok());
    toy.parts.hooks.push_back(make_hook({{"type", "EarlyStopping"}, {"monitor", "train/los"}}));
    EXPECT_EQ(check_watched_metrics(toy.parts).error().message,
              "training.early_stopping.monitor names 'train/los', which this run does not measure; known: train/loss, "
              "train/lr, train/accuracy_top1");
}

TEST(WatchedMetrics, of_a_schedule_are_checked_too) {
    Toy toy = make_toy();
    SchedulerRegistry schedulers(Kind::kScheduler);
    ASSERT_TRUE(register_builtin_schedulers(schedulers).ok());
    const auto watching = [&](const char* metric) {
        toy.parts.rate =
            *LearningRate::make(schedulers, {{"type", "ReduceLROnPlateau"}, {"monitor", metric}}, 0.1, 4, 2);
        return check_watched_metrics(toy.parts);
    };
    EXPECT_TRUE(watching("train/loss").ok());
    EXPECT_THAT(watching("train/los").error().message,
                ::testing::StartsWith("scheduler.monitor names 'train/los', which this run does not measure"));
}

TEST(WatchedMetrics, of_an_evaluation_are_nobodys_mistake_where_there_is_none) {
    const Watched watched{"checkpoint.best_metric", "val/accuracy_top1"};
    EXPECT_TRUE(check_watched(watched, {"train/loss"}).ok());
    EXPECT_FALSE(check_watched(watched, {"train/loss", "val/loss"}).ok());
}

TEST(Hooks, only_one_keeps_an_average_of_the_weights) {
    const auto ema = [] { return make_hook({{"type", "Ema"}}); };
    EXPECT_TRUE(check_one_average({make_hook({{"type", "GradientClip"}}), ema()}).ok());
    EXPECT_EQ(
        check_one_average({ema(), ema()}).error().message,
        "the hooks 'ema' and 'ema' both keep an average of the weights, and a run has room for one; remove one of "
        "them from 'hooks', or switch training.ema or training.swa off");
}

}  // namespace
}  // namespace goetia
