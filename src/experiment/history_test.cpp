#include "experiment/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "testkit/history.h"

namespace goetia {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testkit::KeptPoints;
using testkit::merge_attempts;
using testkit::MergedAttempts;
using testkit::TemporaryFolder;

Record attempt(std::int64_t resumed_from) {
    return {.type = RecordType::kAttempt, .body = to_json(AttemptRecord{.resumed_from_step = resumed_from})};
}
Record point(const std::string& name, std::int64_t step, double value) {
    return {.type = RecordType::kPoint, .point = Point{name, step, 0, 0, value}};
}
Record epoch(std::int64_t number, std::int64_t step) {
    return {.type = RecordType::kEpoch, .body = {{"epoch", number}, {"step", step}}};
}
Record state(const std::string& name) { return {.type = RecordType::kState, .body = {{"state", name}}}; }
Record checkpoint(const std::string& path, std::int64_t step) {
    return {.type = RecordType::kCheckpoint, .body = {{"path", path}, {"step", step}}};
}

std::vector<std::string> described(const std::vector<Point>& points) {
    std::vector<std::string> texts;
    for (const Point& p : points) texts.push_back(fmt::format("{}@{}={}", p.name, p.step, p.value));
    return texts;
}

std::vector<std::int64_t> epochs_of(const RunHistory& history) {
    std::vector<std::int64_t> numbers;
    for (const EpochRecord& one : history.epochs) numbers.push_back(one.epoch);
    return numbers;
}

TEST(History, a_resumed_attempt_replaces_what_follows_its_checkpoint) {
    const std::vector<std::vector<Record>> attempts{
        {attempt(0), point("loss", 1, 1), point("loss", 2, 2), epoch(1, 2), checkpoint("a.pth", 2), point("loss", 3, 3),
         point("loss", 4, 4), epoch(2, 4), checkpoint("b.pth", 4), state("running")},
        {attempt(2), point("loss", 3, 33), epoch(2, 4), state("completed")},
    };
    const auto [history, points] = merge_attempts(attempts);
    EXPECT_THAT(described(points), ElementsAre("loss@1=1", "loss@2=2", "loss@3=33"));
    EXPECT_THAT(epochs_of(history), ElementsAre(1, 2));
    ASSERT_EQ(history.checkpoints.size(), 1U);
    EXPECT_EQ(history.checkpoints[0].path, "a.pth");
    EXPECT_EQ(history.states.size(), 2U);
    EXPECT_EQ(history.earlier_states, 1U);
    EXPECT_EQ(history.epochs_replaced, 1U);
}

TEST(History, an_attempt_that_died_before_its_first_checkpoint_leaves_nothing) {
    const std::vector<std::vector<Record>> attempts{{attempt(0), point("loss", 1, 1), point("loss", 2, 2)},
                                                    {attempt(0), point("loss", 1, 10)}};
    EXPECT_THAT(described(merge_attempts(attempts).points), ElementsAre("loss@1=10"));
    const std::vector<std::vector<Record>> unnamed{
        {attempt(0), point("loss", 0, 1)},
        {{.type = RecordType::kAttempt, .body = Json::object()}, point("loss", 1, 10)}};
    EXPECT_THAT(described(merge_attempts(unnamed).points), ElementsAre("loss@1=10"));
}

TEST(History, an_attempt_may_resume_from_a_checkpoint_before_the_last) {
    const std::vector<std::vector<Record>> attempts{
        {attempt(0), point("loss", 1, 1), epoch(1, 1), point("loss", 2, 2), epoch(2, 2), point("loss", 3, 3),
         epoch(3, 3)},
        {attempt(3), point("loss", 4, 4),
         epoch(4, 4)},  // then the checkpoints of steps 4 and 3 turned out to be damaged
        {attempt(1), point("loss", 2, 22), epoch(2, 2)},
    };
    const auto [history, points] = merge_attempts(attempts);
    EXPECT_THAT(described(points), ElementsAre("loss@1=1", "loss@2=22"));
    EXPECT_THAT(epochs_of(history), ElementsAre(1, 2));
    EXPECT_EQ(history.attempts.size(), 3U);
}

TEST(History, records_repeated_at_the_checkpoint_are_not_duplicated) {
    // The first attempt died between the checkpoint and the end of the epoch's evaluation.
    const std::vector<std::vector<Record>> attempts{
        {attempt(0), point("loss", 5, 1), checkpoint("last.pth", 5), point("val/loss", 5, 2), epoch(1, 5)},
        {attempt(5), point("val/loss", 5, 2), point("val/acc", 5, 3), epoch(1, 5), checkpoint("last.pth", 5),
         point("loss", 6, 4)},
    };
    const auto [history, points] = merge_attempts(attempts);
    EXPECT_THAT(described(points), ElementsAre("loss@5=1", "val/loss@5=2", "val/acc@5=3", "loss@6=4"));
    EXPECT_THAT(epochs_of(history), ElementsAre(1));
    EXPECT_EQ(history.checkpoints.size(), 1U);
}

TEST(History, images_after_the_checkpoint_are_dropped_and_redrawn_ones_replaced) {
    const auto picture = [](const std::string& path, int number) {
        return Record{.type = RecordType::kImage, .body = {{"path", path}, {"epoch", number}}};
    };
    const std::vector<std::vector<Record>> attempts{
        {attempt(0), epoch(1, 1), picture("curves.png", 1), epoch(2, 2), picture("curves.png", 2),
         picture("matrix.png", 1)},
        {attempt(1)},
    };
    const RunHistory history = merge_attempts(attempts).history;
    ASSERT_EQ(history.images.size(), 1U);
    EXPECT_EQ(history.images[0].path, "matrix.png");
}

TEST(History, a_follower_continues_across_attempts) {
    const TemporaryFolder temporary;
    const ExperimentFolder folder = ExperimentFolder::create(temporary.path(), "exp_20250627_143052_a3b8c9d2").value();
    KeptPoints kept;
    PointStream follower(folder, kept);
    ASSERT_TRUE(follower.update());
    EXPECT_EQ(follower.position().attempt, 0);
    {
        auto writer = JournalWriter::create(folder.journal(1), {{"resumed_from_step", 0}}).value();
        const MetricId loss = writer->metric("loss");
        for (int i = 1; i <= 10; ++i) writer->log(loss, i, 0, i);
        ASSERT_TRUE(writer->flush());
        ASSERT_TRUE(follower.update());
        EXPECT_EQ(kept.points.size(), 10U);
        EXPECT_EQ(follower.points(), 10U);
        writer->log(loss, 11, 0, 11);
        ASSERT_TRUE(writer->flush());
    }
    auto writer = JournalWriter::create(folder.journal(3), {{"resumed_from_step", 5}}).value();  // 2 was never created
    writer->log(writer->metric("loss"), 6, 0, 66);
    ASSERT_TRUE(writer->flush());
    ASSERT_TRUE(follower.update());
    EXPECT_EQ(follower.position().attempt, 3);
    EXPECT_THAT(described(kept.points),
                ElementsAre("loss@1=1", "loss@2=2", "loss@3=3", "loss@4=4", "loss@5=5", "loss@6=66"));
    KeptPoints restarted;
    PointStream second(folder, restarted);
    ASSERT_TRUE(second.update());
    EXPECT_EQ(described(restarted.points), described(kept.points));
    EXPECT_EQ(follower.position().offset, std::filesystem::file_size(folder.journal(3)));
}

TEST(History, damage_is_reported_once_and_intact_records_are_kept) {
    const TemporaryFolder temporary;
    const ExperimentFolder folder = ExperimentFolder::create(temporary.path(), "exp_20250627_143052_a3b8c9d2").value();
    {
        auto writer = JournalWriter::create(folder.journal(1), Json::object()).value();
        ASSERT_TRUE(writer->append(RecordType::kNote, {{"kind", "first"}}));
        ASSERT_TRUE(writer->append(RecordType::kNote, {{"kind", "second"}}));
        ASSERT_TRUE(writer->append(RecordType::kNote, {{"kind", "third"}}));
    }
    std::string bytes = read_file(folder.journal(1)).value();
    bytes[bytes.find("second")] = 'S';
    ASSERT_TRUE(write_file_atomic(folder.journal(1), bytes));
    ASSERT_TRUE(write_file_atomic(folder.journal(2), "not a journal"));
    HistoryFollower follower(folder);
    ASSERT_TRUE(follower.update());
    ASSERT_TRUE(follower.update());
    const RunHistory& history = follower.history();
    EXPECT_THAT(history.damage, ElementsAre(HasSubstr("records 2 to 2 are lost"), HasSubstr("is not a journal")));
    ASSERT_EQ(history.notes.size(), 2U);
    EXPECT_EQ(note_kind(history.notes[1]), "third");
}

}  // namespace
}  // namespace goetia
