#include "master/service/run_pace.h"

#include <limits>

#include <gtest/gtest.h>

#include "base/json.h"
#include "experiment/journal_records.h"

namespace goetia {
namespace {

EpochRecord an_epoch(std::int64_t number, double accuracy, double seconds = 10) {
    return {.epoch = number,
            .step = number * 8,
            .seconds = seconds,
            .images = 200,
            .metrics = {{"val/accuracy_top1", accuracy}, {"val/loss", 1 - accuracy}}};
}

TEST(RunPace, TellsTheNewestEpochAndTheBest) {
    RunPace pace;
    EXPECT_EQ(pace.to_json()["epoch"], 0);
    EXPECT_EQ(pace.to_json()["best"], nullptr);
    pace.add(AttemptRecord{.epochs = 5, .best_metric = "val/accuracy_top1", .best_mode = "max"});
    pace.add(an_epoch(1, 0.5));
    pace.add(an_epoch(2, 0.75));
    pace.add(an_epoch(3, 0.25, 20));
    const Json told = pace.to_json();
    EXPECT_EQ(told["epoch"], 3);
    EXPECT_EQ(told["epochs"], 5);
    EXPECT_EQ(told["images_per_second"], 10);
    EXPECT_EQ(told["seconds_per_epoch"], 20);
    EXPECT_EQ(told["best"], (Json{{"name", "val/accuracy_top1"}, {"value", 0.75}, {"epoch", 2}}));
}

TEST(RunPace, DropsWhatAResumedAttemptDoesAgain) {
    RunPace pace;
    pace.add(AttemptRecord{.best_metric = "val/loss", .best_mode = "min"});
    pace.add(an_epoch(1, 0.5));
    pace.add(an_epoch(2, 0.75));
    pace.add(an_epoch(3, std::numeric_limits<double>::quiet_NaN()));
    EXPECT_EQ(pace.to_json()["best"]["epoch"], 2) << "the lowest loss";
    EXPECT_EQ(pace.to_json()["epochs"], nullptr);
    pace.add(AttemptRecord{.best_metric = "val/loss", .best_mode = "min", .resumed_from_step = 8});
    EXPECT_EQ(pace.to_json()["epoch"], 1);
    EXPECT_EQ(pace.to_json()["best"]["epoch"], 1);
}

}  // namespace
}  // namespace goetia
