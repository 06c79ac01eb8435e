#include "experiment/summary.h"

#include <cmath>
#include <fcntl.h>
#include <sys/file.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "experiment/derived.h"
#include "testkit/experiment.h"

namespace goetia {
namespace {

using testkit::TemporaryFolder;

const char* const kRunId = "exp_20250627_143052_a3b8c9d2";

EpochRecord epoch_body(int number, double accuracy, double loss) {
    return {.epoch = number,
            .step = number * 10,
            .time = 100.0 + number,
            .seconds = 2.0,
            .seconds_waiting = 0.5,
            .images = 640,
            .metrics = {{"val/accuracy_top1", accuracy}, {"val/loss", loss}}};
}

RunHistory three_epochs() {
    RunHistory history;
    history.attempts = {{.attempt = 1, .time = 100.0}};
    history.epochs = {epoch_body(1, 0.5, 1.0), epoch_body(2, 0.9, 0.25), epoch_body(3, 0.8, 0.5)};
    history.states = {{.state = ExperimentState::kRunning, .time = 100.5},
                      {.state = ExperimentState::kCompleted, .reason = "all epochs", .time = 104.0}};
    history.checkpoints = {{.path = "checkpoints/best_acc_0.9000_epoch_2.pth", .kind = "best", .step = 20},
                           {.path = "checkpoints/last.pth", .kind = "last", .step = 30}};
    return history;
}

TEST(Summary, counts_a_skipped_sample_once_however_often_it_was_noted) {
    RunHistory history = three_epochs();
    const auto note = [](const char* split, const char* sample) {
        return SkippedSampleNote{.split = split, .sample = sample};
    };
    history.notes = {note("train", "a/1.png"), note("train", "a/1.png"), note("val", "a/1.png"),
                     NoticeNote{"something else"}};
    const RunSummary summary = summarise(kRunId, {}, history);
    EXPECT_EQ(summary.skipped_samples, 2);
    EXPECT_EQ(summary_from_json(to_json(summary))->skipped_samples, 2);
}

TEST(State, has_a_name_and_a_sentence_for_each) {
    for (const char* name : {"created", "running", "paused", "completed", "stopped", "failed", "interrupted"}) {
        const auto state = state_from_name(name);
        ASSERT_TRUE(state) << name;
        EXPECT_EQ(state_name(*state), name);
        EXPECT_EQ(state_info(*state).state, *state);
        EXPECT_FALSE(state_info(*state).sentence.empty());
    }
    EXPECT_FALSE(state_from_name("sleeping"));
}

TEST(State, a_run_whose_process_is_gone_was_interrupted) {
    using enum ExperimentState;
    EXPECT_EQ(current_state(kRunning, true), kRunning);
    EXPECT_EQ(current_state(kRunning, false), kInterrupted);
    EXPECT_EQ(current_state(kPaused, false), kInterrupted);
    EXPECT_EQ(current_state(kCompleted, true), kCompleted);
    EXPECT_EQ(current_state(kFailed, false), kFailed);
    EXPECT_EQ(current_state(kCreated, false), kCreated);
    EXPECT_EQ(current_state(kCreated, true), kRunning);
}

TEST(State, is_alive_by_the_journals_writer_or_the_launchers_lock) {
    const TemporaryFolder temporary;
    const ExperimentFolder folder = ExperimentFolder::create(temporary.path(), kRunId).value();
    EXPECT_FALSE(is_alive(folder));
    auto writer = JournalWriter::create(folder.journal(1), Json::object()).value();
    EXPECT_TRUE(is_alive(folder));
    writer.reset();
    EXPECT_FALSE(is_alive(folder));
    const FileDescriptor lock(::open((folder.journal_folder() / "run.lock").c_str(), O_RDWR | O_CREAT, 0644));
    EXPECT_FALSE(is_alive(folder));
    ASSERT_EQ(::flock(lock.get(), LOCK_EX), 0);
    EXPECT_TRUE(is_alive(folder));
}

TEST(Summary, summarises_a_run) {
    const RunSettings settings{
        .name = "mine", .seed = 42, .epochs = 5, .watched = "val/accuracy_top1", .lower_is_better = false};
    const RunSummary summary = summarise(kRunId, settings, three_epochs());
    EXPECT_EQ(summary.state, ExperimentState::kCompleted);
    EXPECT_EQ(summary.reason, "all epochs");
    EXPECT_EQ(summary.epochs_done, 3);
    EXPECT_EQ(summary.steps_done, 30);
    EXPECT_EQ(summary.started, 100.0);
    EXPECT_EQ(summary.updated, 104.0);
    EXPECT_EQ(summary.seconds, 6.0);
    EXPECT_EQ(summary.share_waiting(), 0.25);
    EXPECT_EQ(summary.images_per_second, 320.0);
    EXPECT_EQ(summary.final_metrics.at("val/accuracy_top1"), 0.8);
    EXPECT_EQ(summary.best_metrics.at("val/accuracy_top1"), 0.9);
    EXPECT_EQ(summary.best_metrics.at("val/loss"), 0.25);
    EXPECT_EQ(summary.best, 0.9);
    EXPECT_EQ(summary.best_epoch, 2);
    EXPECT_EQ(summary.last_checkpoint, "checkpoints/last.pth");
    EXPECT_EQ(summary.best_checkpoint, "checkpoints/best_acc_0.9000_epoch_2.pth");
}

TEST(Summary, follows_the_mode_of_the_watched_metric) {
    const RunSettings settings{
        .name = "", .seed = {}, .epochs = {}, .watched = "val/accuracy_top1", .lower_is_better = true};
    EXPECT_EQ(summarise(kRunId, settings, three_epochs()).best, 0.5);
    EXPECT_TRUE(lower_is_better("val/rmse"));
    EXPECT_FALSE(lower_is_better("val/mAP"));
}

TEST(Summary, a_new_attempt_is_running_whatever_the_state_of_the_last_one) {
    RunHistory history = three_epochs();
    history.attempts.push_back({.attempt = 2, .resumed_from_step = 30});
    history.earlier_states = history.states.size();
    EXPECT_EQ(summarise(kRunId, {}, history).state, ExperimentState::kRunning);
    EXPECT_EQ(summarise(kRunId, {}, {}).state, ExperimentState::kCreated);
}

TEST(Summary, nan_stays_nan_and_is_never_the_best) {
    RunHistory history = three_epochs();
    history.epochs.push_back({.epoch = 4, .metrics = {{"val/loss", std::nan("")}}});
    const RunSummary summary = summarise(kRunId, {}, history);
    EXPECT_TRUE(std::isnan(summary.final_metrics.at("val/loss")));
    EXPECT_EQ(summary.best_metrics.at("val/loss"), 0.25);
    EXPECT_TRUE(to_json(summary)["final_metrics"]["val/loss"].is_null());
}

TEST(Summary, survives_json_and_is_the_train_object) {
    const RunSettings settings{.name = "mine", .seed = 42, .epochs = 5, .watched = "val/loss", .lower_is_better = {}};
    const RunSummary summary = summarise(kRunId, settings, three_epochs());
    EXPECT_EQ(to_json(*summary_from_json(to_json(summary))), to_json(summary));
    EXPECT_FALSE(summary_from_json({{"state", "running"}}));
    const Json train = train_json(ExperimentFolder("/x/" + std::string(kRunId)), summary);
    EXPECT_EQ(train["experiment"], kRunId);
    EXPECT_EQ(train["dir"], "/x/" + std::string(kRunId));
    EXPECT_EQ(train["seed"], 42);
    EXPECT_EQ(train["metrics"]["best"]["val/loss"], 0.25);
    EXPECT_EQ(train["metrics"]["final"]["val/loss"], 0.5);
    EXPECT_EQ(train["checkpoints"]["last"], "/x/" + std::string(kRunId) + "/checkpoints/last.pth");
    for (const char* key : {"state", "epochs_done", "steps_done", "seconds", "seconds_waiting", "images_per_second"})
        EXPECT_TRUE(train.contains(key)) << key;
}

TEST(Summary, is_read_from_the_journals_when_the_stored_one_is_stale) {
    const TemporaryFolder temporary;
    const ExperimentFolder folder = ExperimentFolder::create(temporary.path(), kRunId).value();
    ASSERT_TRUE(write_file_atomic(folder.config(),
                                  "experiment: {name: mine, seed: 7}\ntraining: {epochs: 3}\ncheckpoint: {best_metric: "
                                  "val/loss, best_mode: min}\n"));
    EXPECT_EQ(read_summary(folder).value().state, ExperimentState::kCreated);
    {
        auto writer = JournalWriter::create(folder.journal(1), Json::object()).value();
        DerivedFiles files(folder, false);
        ASSERT_TRUE(writer->append(RecordType::kEpoch, to_json(epoch_body(1, 0.5, 1.0))));
        ASSERT_TRUE(files.update());
        EXPECT_EQ(read_summary(folder).value().state, ExperimentState::kRunning);
        ASSERT_TRUE(writer->append(RecordType::kState, {{"state", "paused"}}));
        EXPECT_EQ(read_summary(folder).value().state, ExperimentState::kPaused);
        ASSERT_TRUE(writer->append(RecordType::kEpoch, to_json(epoch_body(2, 0.7, 0.5))));
    }
    const RunSummary dead = read_summary(folder).value();
    EXPECT_EQ(dead.state, ExperimentState::kInterrupted);
    EXPECT_EQ(dead.epochs_done, 2);
    EXPECT_EQ(dead.name, "mine");
    EXPECT_EQ(dead.seed, 7);
    EXPECT_EQ(dead.best, 0.5);
    // Now it is stored: it is read even when the journal is no longer readable.
    const auto size = std::filesystem::file_size(folder.journal(1));
    ASSERT_TRUE(write_file_atomic(folder.journal(1), std::string(size, 'x')));
    EXPECT_EQ(read_summary(folder).value().epochs_done, 2);
    // A copy under another name is an experiment of that name.
    std::filesystem::rename(folder.root(), temporary / "best_run");
    EXPECT_EQ(read_summary(ExperimentFolder(temporary / "best_run")).value().id, "best_run");
}

}  // namespace
}  // namespace goetia
