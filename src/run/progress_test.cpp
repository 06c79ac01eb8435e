#include "run/progress.h"

#include <gtest/gtest.h>

#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

class JournalProgress : public testing::Test {
  protected:
    JournalProgress() { std::filesystem::create_directories(folder_.journal_folder()); }

    std::unique_ptr<JournalWriter> attempt(int number, std::int64_t from) {
        return JournalWriter::create(folder_.journal(number), {{"attempt", number},
                                                               {"epochs", 4},
                                                               {"steps_per_epoch", 10},
                                                               {"images_per_step", 8},
                                                               {"best_metric", "val/accuracy_top1"},
                                                               {"best_mode", "max"},
                                                               {"resumed_from_step", from}})
            .value();
    }

    static void write_epoch(JournalWriter& writer, std::int64_t number, double accuracy) {
        const Json body = {{"epoch", number},
                           {"step", number * 10},
                           {"seconds", 4.0},
                           {"images", 80.0},
                           {"metrics", {{"train/loss", 0.5}, {"val/accuracy_top1", accuracy}}}};
        ASSERT_TRUE(writer.append(RecordType::kEpoch, body).ok());
    }

    testkit::TemporaryFolder root_;
    ExperimentFolder folder_{root_.path()};
};

TEST_F(JournalProgress, is_read_record_by_record) {
    {
        const auto writer = attempt(1, 0);
        write_epoch(*writer, 1, 0.75);
        writer->log(writer->metric("train/loss"), 13, 2, 0.25);
        ASSERT_TRUE(writer->append(RecordType::kState, {{"state", "paused"}}).ok());
    }
    RunProgress progress;
    int epochs = 0;
    const auto reader = JournalReader::open(folder_.journal(1)).value();
    while (const auto record = reader->next().value()) epochs += take(progress, *record) ? 1 : 0;
    EXPECT_EQ(epochs, 1);
    EXPECT_EQ(progress.epoch, 1);
    EXPECT_EQ(progress.step, 13);
    EXPECT_EQ(progress.loss, 0.25);
    EXPECT_EQ(progress.state, "paused");
    EXPECT_EQ(progress.best.value, 0.75);
    EXPECT_DOUBLE_EQ(*fraction_done(progress), 13.0 / 40);
    EXPECT_DOUBLE_EQ(*seconds_left(progress), 27 * 0.4);
    const Json json = progress_json(progress);
    EXPECT_EQ(json["step"], 13);
    EXPECT_EQ(json["steps"], 40);
    EXPECT_EQ(json["state"], "paused");
}

TEST_F(JournalProgress, earlier_attempts_count_for_the_best) {
    {
        const auto writer = attempt(1, 0);
        write_epoch(*writer, 1, 0.75);
        write_epoch(*writer, 2, 0.5);
    }
    const Json document = {{"training", {{"epochs", 6}}},
                           {"checkpoint", {{"best_metric", "val/accuracy_top1"}, {"best_mode", "max"}}}};
    const RunProgress progress = initial_progress(folder_, document).value();
    EXPECT_EQ(progress.epochs, 6);
    EXPECT_EQ(progress.epoch, 2);
    EXPECT_EQ(progress.best.value, 0.75);
    EXPECT_EQ(progress.best.epoch, 1);
    const Json lowest = {{"checkpoint", {{"best_metric", "train/loss"}, {"best_mode", "min"}}}};
    EXPECT_EQ(initial_progress(folder_, lowest)->best.value, 0.5);
}

TEST_F(JournalProgress, is_empty_before_a_run_has_started) {
    const RunProgress progress = initial_progress(folder_, Json::object()).value();
    EXPECT_FALSE(fraction_done(progress));
    EXPECT_FALSE(seconds_left(progress));
    EXPECT_FALSE(progress.best.value);
}

}  // namespace
}  // namespace goetia
