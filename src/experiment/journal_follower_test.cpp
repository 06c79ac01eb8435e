#include "experiment/journal_follower.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testkit::TemporaryFolder;

// Records what it receives, one short text each.
struct Listener final : JournalVisitor {
    std::vector<std::string> received;
    std::set<RecordType> accepted;  // none: all

    [[nodiscard]] bool accepts(RecordType type) const override { return accepted.empty() || accepted.contains(type); }
    void on_attempt(const AttemptRecord& one, const JournalPosition& at) override {
        received.push_back(fmt::format("attempt {} in {}", one.attempt, at.attempt));
    }
    void on_state(const StateRecord& one) override { received.push_back(std::string(state_name(one.state))); }
    void on_point(const JournaledPoint& one) override {
        received.push_back(
            fmt::format("{}#{}@{}={} ({}:{})", one.name, one.metric, one.step, one.value, one.attempt, one.sequence));
    }
    void on_epoch(const EpochRecord& one) override { received.push_back(fmt::format("epoch {}", one.epoch)); }
    void on_checkpoint(const CheckpointRecord& one) override { received.push_back(one.path); }
    void on_note(const NoteRecord& one) override { received.push_back(std::string(note_kind(one))); }
    void on_damage(const std::string& sentence) override { received.push_back("damage: " + sentence); }
};

class Following : public ::testing::Test {
  protected:
    std::unique_ptr<JournalWriter> begin(int attempt, JournalFormat format = JournalFormat::kEpochMetricsOnce) const {
        return JournalWriter::create(folder_.journal(attempt),
                                     to_json(AttemptRecord{.attempt = attempt, .format = format}))
            .value();
    }
    std::vector<std::string> received_by(JournalFollower& follower) const {
        Listener listener;
        EXPECT_TRUE(follower.update(listener));
        return listener.received;
    }
    static Status end_epoch(JournalWriter& writer, std::int64_t epoch) {
        return writer.append(RecordType::kEpoch,
                             to_json(EpochRecord{.epoch = epoch, .step = epoch, .metrics = {{"val/loss", 0.5}}}));
    }

    const TemporaryFolder temporary_;
    const ExperimentFolder folder_ =
        ExperimentFolder::create(temporary_.path(), "exp_20250627_143052_a3b8c9d2").value();
};

TEST_F(Following, passes_on_every_record_typed_and_in_order) {
    auto writer = begin(1);
    ASSERT_TRUE(writer->append(RecordType::kState, to_json(StateRecord{.state = ExperimentState::kRunning})));
    writer->log(writer->metric("train/loss"), 1, 1, 2);
    ASSERT_TRUE(end_epoch(*writer, 1));
    ASSERT_TRUE(writer->append(RecordType::kCheckpoint, to_json(CheckpointRecord{.path = "checkpoints/last.pth"})));
    ASSERT_TRUE(writer->append(RecordType::kNote, to_json(NoticeNote{"x"})));
    JournalFollower follower(folder_);
    EXPECT_THAT(received_by(follower),
                ElementsAre("attempt 1 in 1", "running", "train/loss#0@1=2 (1:3)", "val/loss#1@1=0.5 (1:4)", "epoch 1",
                            "checkpoints/last.pth", "notice"));
    EXPECT_THAT(received_by(follower), ElementsAre());
    EXPECT_EQ(follower.position(), (JournalPosition{1, 7, std::filesystem::file_size(folder_.journal(1))}));
}

TEST_F(Following, records_not_accepted_are_skipped) {
    auto writer = begin(1);
    writer->log(writer->metric("train/loss"), 1, 1, 2);
    ASSERT_TRUE(end_epoch(*writer, 1));
    JournalFollower epochs(folder_), points(folder_);
    Listener of_epochs, of_points;
    of_epochs.accepted = {RecordType::kEpoch};
    of_points.accepted = {RecordType::kPoint};
    ASSERT_TRUE(epochs.update(of_epochs));
    ASSERT_TRUE(points.update(of_points));
    EXPECT_THAT(of_epochs.received, ElementsAre("epoch 1"));
    EXPECT_THAT(of_points.received, ElementsAre("train/loss#0@1=2 (1:2)", "val/loss#1@1=0.5 (1:3)"));
}

TEST_F(Following, metrics_keep_their_number_across_attempts) {
    {
        auto writer = begin(1);
        for (const char* name : {"a", "b"}) writer->log(writer->metric(name), 1, 0, 1);
    }
    auto writer = begin(2);
    for (const char* name : {"b", "c", "a"}) writer->log(writer->metric(name), 2, 0, 1);
    ASSERT_TRUE(writer->flush());
    JournalFollower follower(folder_);
    std::vector<std::string> received = received_by(follower);
    for (std::string& one : received) one = one.substr(0, one.find('='));
    EXPECT_THAT(received, ElementsAre("attempt 1 in 1", "a#0@1", "b#1@1", "attempt 2 in 2", "b#1@2", "c#2@2", "a#0@2"));
}

TEST_F(Following, resumes_from_a_saved_position) {
    auto writer = begin(1);
    const MetricId loss = writer->metric("train/loss");
    for (int step = 1; step <= 1000; ++step) writer->log(loss, step, 1, step);
    ASSERT_TRUE(end_epoch(*writer, 1));
    JournalPosition position;
    {
        JournalFollower follower(folder_);
        EXPECT_EQ(received_by(follower).size(), 1003U);
        position = position_from_json(Json::parse(to_json(follower.position()).dump()));
        EXPECT_TRUE(is_up_to_date(folder_, position));
    }
    writer->log(loss, 1001, 2, 7);
    ASSERT_TRUE(end_epoch(*writer, 2));
    EXPECT_FALSE(is_up_to_date(folder_, position));
    JournalFollower later(folder_);
    ASSERT_TRUE(later.resume_from(position));
    EXPECT_THAT(received_by(later),
                ElementsAre("train/loss#0@1001=7 (1:1003)", "val/loss#1@2=0.5 (1:1004)", "epoch 2"));

    JournalFollower wrong(folder_);
    EXPECT_THAT(wrong.resume_from({1, position.sequence, position.offset + 1}).error().message,
                HasSubstr("no record begins there"));
    EXPECT_THAT(wrong.resume_from({1, position.sequence + 1, position.offset}).error().message,
                HasSubstr("record 1003 begins there, not record 1004"));
    EXPECT_EQ(wrong.resume_from({9, 0, 0}).error().code, Code::kNotFound);
}

TEST_F(Following, a_record_of_a_later_version_is_skipped) {
    {
        auto writer = begin(1);
        ASSERT_TRUE(writer->append(static_cast<RecordType>(40), {{"what", "nobody knows yet"}}));
        ASSERT_TRUE(writer->append(RecordType::kNote, to_json(NoticeNote{"x"})));
    }
    JournalFollower follower(folder_);
    EXPECT_THAT(received_by(follower), ElementsAre("attempt 1 in 1", "notice"));
}

TEST_F(Following, damage_is_reported_between_intact_records) {
    {
        auto writer = begin(1);
        ASSERT_TRUE(writer->append(RecordType::kNote, to_json(NoticeNote{"spoiled"})));
        ASSERT_TRUE(writer->append(RecordType::kState, to_json(StateRecord{.state = ExperimentState::kFailed})));
    }
    std::string bytes = read_file(folder_.journal(1)).value();
    bytes[bytes.find("spoiled")] = 'S';
    ASSERT_TRUE(write_file_atomic(folder_.journal(1), bytes));
    JournalFollower follower(folder_);
    EXPECT_THAT(received_by(follower), ElementsAre("attempt 1 in 1", HasSubstr("damage: journal"), "failed"));
}

}  // namespace
}  // namespace goetia
