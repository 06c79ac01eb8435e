#include "apps/goetia/bar.h"

#include <gtest/gtest.h>

#include "apps/goetia/text_width.h"

namespace goetia::cli {
namespace {

constexpr Look kPlain{.color = false, .unicode = false};
constexpr Look kRich{.color = true, .unicode = true};

Record attempt(std::int64_t epochs, std::int64_t steps, std::int64_t from = 0) {
    return {RecordType::kAttempt,
            0,
            {{"attempt", 1},
             {"epochs", epochs},
             {"steps_per_epoch", steps},
             {"images_per_step", 8},
             {"best_metric", "val/accuracy_top1"},
             {"best_mode", "max"},
             {"resumed_from_step", from}},
            {}};
}
Record loss(std::int64_t step, double time, double value) {
    return {RecordType::kPoint, 0, {}, Point{"train/loss", step, 1, time, value}};
}
Record epoch(std::int64_t number, std::int64_t step, double accuracy) {
    return {
        RecordType::kEpoch,
        0,
        {{"epoch", number},
         {"step", step},
         {"seconds", 4.0},
         {"images", 80.0},
         {"metrics", {{"train/loss", 0.5}, {"train/lr", 0.01}, {"val/loss", 0.6}, {"val/accuracy_top1", accuracy}}}},
        {}};
}

RunProgress halfway() {
    RunProgress progress;
    take(progress, attempt(4, 10));
    take(progress, epoch(1, 10, 0.75));
    take(progress, epoch(2, 20, 0.5));
    take(progress, loss(21, 100.0, 0.25));
    take(progress, loss(23, 101.0, 0.125));
    return progress;
}

TEST(Bar, knows_pace_remaining_time_and_best) {
    const RunProgress progress = halfway();
    EXPECT_EQ(progress.epoch, 2);
    EXPECT_EQ(progress.step, 23);
    EXPECT_DOUBLE_EQ(progress.steps_per_second, 2.0);
    EXPECT_DOUBLE_EQ(*fraction_done(progress), 23.0 / 40.0);
    EXPECT_DOUBLE_EQ(*seconds_left(progress), 17 * 0.4) << "an epoch's seconds include its evaluation";
    EXPECT_EQ(progress.best.value, 0.75);
    EXPECT_EQ(progress.best.epoch, 1);
}

TEST(Bar, shows_everything_if_there_is_room) {
    EXPECT_EQ(bar_line(halfway(), 160, kPlain),
              "epoch 3/4  #######################-----------------   57%  step 23/40  16.0 img/s  ETA 6.8s  loss "
              "0.1250  lr 0.0100  best val acc 0.7500 @ 1");
}

TEST(Bar, fits_every_width) {
    for (int width = 1; width <= 200; ++width) {
        EXPECT_LE(display_width(bar_line(halfway(), width, kRich)), width) << width;
        EXPECT_LE(display_width(epoch_line(halfway(), width, kRich)), width) << width;
    }
}

TEST(Bar, drops_the_least_important_parts_first) {
    EXPECT_EQ(bar_line(halfway(), 50, kPlain), "epoch 3/4   57%  ETA 6.8s  loss 0.1250");
    EXPECT_EQ(bar_line(halfway(), 20, kPlain), "epoch 3/4   57%");
}

TEST(Bar, shows_no_end_if_it_is_unknown) {
    RunProgress progress;
    take(progress, loss(3, 1.0, 2.0));
    EXPECT_FALSE(fraction_done(progress));
    EXPECT_FALSE(seconds_left(progress));
    EXPECT_EQ(bar_line(progress, 100, kPlain), "epoch 1  step 3  loss 2.0000");
}

TEST(Bar, a_resumed_run_starts_at_its_step) {
    RunProgress progress;
    take(progress, attempt(4, 10, 25));
    EXPECT_EQ(progress.epoch, 2);
    EXPECT_DOUBLE_EQ(*fraction_done(progress), 25.0 / 40.0);
}

TEST(Bar, a_pause_is_shown_and_does_not_count_for_the_pace) {
    RunProgress progress = halfway();
    take(progress, {RecordType::kState, 0, {{"state", "paused"}}, {}});
    EXPECT_NE(bar_line(progress, 160, kPlain).find("epoch 3/4  "), std::string::npos);
    EXPECT_NE(bar_line(progress, 160, kPlain).find("paused"), std::string::npos);
    take(progress, {RecordType::kState, 0, {{"state", "running"}}, {}});
    take(progress, loss(24, 1000.0, 0.1));
    take(progress, loss(26, 1001.0, 0.1));
    EXPECT_DOUBLE_EQ(progress.steps_per_second, 2.0);
}

TEST(Bar, the_line_of_an_epoch_marks_the_best) {
    RunProgress progress;
    take(progress, attempt(4, 10));
    take(progress, epoch(1, 10, 0.75));
    EXPECT_EQ(epoch_line(progress, 200, kPlain),
              "epoch 1/4  train loss 0.5000  val loss 0.6000  val acc 0.7500 *  lr 0.0100  4.0s  20.0 img/s");
    take(progress, epoch(2, 20, 0.5));
    EXPECT_EQ(epoch_line(progress, 200, kPlain),
              "epoch 2/4  train loss 0.5000  val loss 0.6000  val acc 0.5000  lr 0.0100  4.0s  20.0 img/s");
}

TEST(Bar, a_metric_that_is_better_when_lower) {
    RunProgress progress;
    progress.best = {.metric = "val/accuracy_top1", .higher_is_better = false};
    take(progress, epoch(1, 10, 0.75));
    take(progress, epoch(2, 20, 0.5));
    EXPECT_EQ(progress.best.epoch, 2);
}

TEST(TextWidth, chinese_takes_two_columns_and_colour_none) {
    EXPECT_EQ(display_width("训练 1"), 6);
    EXPECT_EQ(display_width("\x1b[36m━━\x1b[0m"), 2);
    EXPECT_EQ(fitted("训练中", 5), "训练") << "never half a character";
    EXPECT_EQ(fitted("\x1b[36mabc\x1b[0m", 2), "\x1b[36mab\x1b[0m") << "a colour is not left open";
}

}  // namespace
}  // namespace goetia::cli
