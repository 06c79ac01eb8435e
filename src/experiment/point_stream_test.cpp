#include "experiment/point_stream.h"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "testkit/history.h"

namespace goetia {
namespace {

using ::testing::ElementsAre;
using testkit::KeptPoints;
using testkit::TemporaryFolder;

const char* const kStreamedId = "exp_20250627_143052_a3b8c9d2";

struct TestPoint {
    int metric;
    std::int64_t step;
    double value;
    bool operator==(const TestPoint&) const = default;
};

struct TestAttempt {
    std::int64_t resumed_from = 0;
    std::vector<TestPoint> points;
};

// The reference: keeps everything in memory. The stream must give the same.
std::vector<TestPoint> what_counts(const std::vector<TestAttempt>& attempts) {
    std::vector<TestPoint> counts;
    bool is_first = true;
    for (const TestAttempt& attempt : attempts) {
        if (!is_first)
            std::erase_if(counts, [&](const TestPoint& written) { return written.step > attempt.resumed_from; });
        is_first = false;
        for (const TestPoint& point : attempt.points) {
            std::erase_if(counts, [&](const TestPoint& written) {
                return written.step == point.step && written.metric == point.metric;
            });
            counts.push_back(point);
        }
    }
    return counts;
}

// Growing steps and several metrics, some written twice at a step; resumed from anywhere.
std::vector<TestAttempt> random_attempts(std::mt19937& random) {
    const auto below = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
    std::vector<TestAttempt> attempts(static_cast<std::size_t>(1 + below(4)));
    std::int64_t reached = 0;
    double value = 0;
    for (TestAttempt& attempt : attempts) {
        attempt.resumed_from = below(5) == 0 ? -1 : below(static_cast<int>(reached) + 2);
        std::int64_t step = std::max<std::int64_t>(0, attempt.resumed_from - below(2));
        for (int i = below(12); i > 0; --i, step += 1 + below(2)) {
            for (int n = 1 + below(4); n > 0; --n) attempt.points.push_back({below(3), step, value += 1});
        }
        reached = std::max(reached, step);
    }
    return attempts;
}

class PointStreams : public ::testing::Test {
  protected:
    void write(const TestAttempt& attempt, int number) {
        writer_ =
            JournalWriter::create(folder_.journal(number),
                                  to_json(AttemptRecord{.attempt = number, .resumed_from_step = attempt.resumed_from}))
                .value();
        for (const TestPoint& written : attempt.points) log(written);
    }
    void log(const TestPoint& written) {
        writer_->log(writer_->metric(std::string(1, static_cast<char>('a' + written.metric))), written.step, 0,
                     written.value);
    }
    static std::vector<TestPoint> written(const KeptPoints& kept) {
        std::vector<TestPoint> all;
        for (const Point& point : kept.points) all.push_back({point.name[0] - 'a', point.step, point.value});
        return all;
    }

    const TemporaryFolder temporary_;
    const ExperimentFolder folder_ = ExperimentFolder::create(temporary_.path(), kStreamedId).value();
    std::unique_ptr<JournalWriter> writer_;
};

void PrintTo(const TestPoint& written, std::ostream* out) {
    *out << written.metric << "@" << written.step << "=" << written.value;
}

class RandomPointStreams : public PointStreams, public ::testing::WithParamInterface<unsigned> {};

TEST_P(RandomPointStreams, streaming_and_following_give_the_points_that_count) {
    std::mt19937 random(GetParam());
    const std::vector<TestAttempt> attempts = random_attempts(random);
    KeptPoints followed;
    PointStream follower(folder_, followed);
    int number = 0;
    for (const TestAttempt& attempt : attempts) {
        write({attempt.resumed_from, {}}, ++number);
        for (const TestPoint& written : attempt.points) {
            log(written);
            if (random() % 4 != 0) continue;  // reads at random moments
            ASSERT_TRUE(writer_->flush());
            ASSERT_TRUE(follower.update());
        }
        writer_.reset();
    }
    ASSERT_TRUE(follower.update());
    EXPECT_EQ(written(followed), what_counts(attempts));
    KeptPoints streamed;
    PointStream stream(folder_, streamed);
    ASSERT_TRUE(stream.update());
    EXPECT_EQ(written(streamed), what_counts(attempts));
    EXPECT_EQ(streamed.restarts, 1);
    EXPECT_EQ(stream.points(), streamed.points.size());
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomPointStreams, ::testing::Range(0U, 200U));

TEST_F(PointStreams, restart_only_when_something_was_invalidated) {
    KeptPoints kept;
    PointStream stream(folder_, kept);
    write({0, {{0, 1, 1}, {0, 2, 2}, {0, 3, 3}}}, 1);
    ASSERT_TRUE(writer_->flush());
    ASSERT_TRUE(stream.update());
    log({0, 4, 4});
    ASSERT_TRUE(writer_->flush());
    ASSERT_TRUE(stream.update());
    EXPECT_EQ(kept.restarts, 1);
    write({4, {{0, 5, 5}}}, 2);  // resumes where the first one started
    ASSERT_TRUE(writer_->flush());
    ASSERT_TRUE(stream.update());
    EXPECT_EQ(kept.restarts, 1);
    write({2, {{0, 3, 33}}}, 3);
    ASSERT_TRUE(writer_->flush());
    ASSERT_TRUE(stream.update());
    EXPECT_EQ(kept.restarts, 2);
    EXPECT_THAT(written(kept), ElementsAre(TestPoint{0, 1, 1}, TestPoint{0, 2, 2}, TestPoint{0, 3, 33}));
}

TEST_F(PointStreams, an_epochs_metrics_are_points_once) {
    const auto attempt = [this](int number, JournalFormat format, bool as_points) {
        auto writer = JournalWriter::create(
                          folder_.journal(number),
                          to_json(AttemptRecord{.attempt = number, .format = format, .resumed_from_step = number - 1}))
                          .value();
        writer->log(writer->metric("train/loss"), number, number, 1);
        if (as_points) {
            writer->log(writer->metric("train/epoch_loss"), number, number, 2);
            writer->log(writer->metric("val/loss"), number, number, 3);
        }
        const EpochRecord epoch{
            .epoch = number, .step = number, .metrics = {{"train/loss", 2}, {"train/lr", 0.1}, {"val/loss", 3}}};
        ASSERT_TRUE(writer->append(RecordType::kEpoch, to_json(epoch)));
    };
    attempt(1, JournalFormat::kEpochMetricsTwice, true);
    attempt(2, JournalFormat::kEpochMetricsOnce, false);
    KeptPoints kept;
    PointStream stream(folder_, kept);
    ASSERT_TRUE(stream.update());
    std::vector<std::string> received;
    for (const Point& p : kept.points) received.push_back(fmt::format("{}@{}={}", p.name, p.step, p.value));
    EXPECT_THAT(received, ElementsAre("train/loss@1=1", "train/epoch_loss@1=2", "val/loss@1=3", "train/loss@2=1",
                                      "train/epoch_loss@2=2", "val/loss@2=3"));
}

}  // namespace
}  // namespace goetia
