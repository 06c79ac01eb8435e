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

struct Said {
    int metric;
    std::int64_t step;
    double value;
    bool operator==(const Said&) const = default;
};

struct SaidAttempt {
    std::int64_t resumed_from = 0;
    std::vector<Said> points;
};

// What counts, said plainly: everything in memory. The stream must give the same.
std::vector<Said> what_counts(const std::vector<SaidAttempt>& attempts) {
    std::vector<Said> counts;
    bool is_first = true;
    for (const SaidAttempt& attempt : attempts) {
        if (!is_first) std::erase_if(counts, [&](const Said& said) { return said.step > attempt.resumed_from; });
        is_first = false;
        for (const Said& point : attempt.points) {
            std::erase_if(counts,
                          [&](const Said& said) { return said.step == point.step && said.metric == point.metric; });
            counts.push_back(point);
        }
    }
    return counts;
}

// Steps that grow, several metrics, some said twice at a step; resumed from anywhere.
std::vector<SaidAttempt> random_attempts(std::mt19937& random) {
    const auto below = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
    std::vector<SaidAttempt> attempts(static_cast<std::size_t>(1 + below(4)));
    std::int64_t reached = 0;
    double value = 0;
    for (SaidAttempt& attempt : attempts) {
        attempt.resumed_from = below(5) == 0 ? -1 : below(static_cast<int>(reached) + 2);
        std::int64_t step = std::max<std::int64_t>(0, attempt.resumed_from - below(2));
        for (int i = below(12); i > 0; --i, step += 1 + below(2)) {
            for (int n = 1 + below(4); n > 0; --n) attempt.points.push_back({below(3), step, value += 1});
        }
        reached = std::max(reached, step);
    }
    return attempts;
}

class Stories : public ::testing::Test {
  protected:
    void write(const SaidAttempt& attempt, int number) {
        writer_ =
            JournalWriter::create(folder_.journal(number),
                                  to_json(AttemptRecord{.attempt = number, .resumed_from_step = attempt.resumed_from}))
                .value();
        for (const Said& said : attempt.points) log(said);
    }
    void log(const Said& said) {
        writer_->log(writer_->metric(std::string(1, static_cast<char>('a' + said.metric))), said.step, 0, said.value);
    }
    static std::vector<Said> said(const KeptPoints& kept) {
        std::vector<Said> all;
        for (const Point& point : kept.points) all.push_back({point.name[0] - 'a', point.step, point.value});
        return all;
    }

    const TemporaryFolder temporary_;
    const ExperimentFolder folder_ = ExperimentFolder::create(temporary_.path(), kStreamedId).value();
    std::unique_ptr<JournalWriter> writer_;
};

void PrintTo(const Said& said, std::ostream* out) { *out << said.metric << "@" << said.step << "=" << said.value; }

class RandomStories : public Stories, public ::testing::WithParamInterface<unsigned> {};

TEST_P(RandomStories, streamed_or_followed_give_what_counts) {
    std::mt19937 random(GetParam());
    const std::vector<SaidAttempt> attempts = random_attempts(random);
    KeptPoints followed;
    PointStream follower(folder_, followed);
    int number = 0;
    for (const SaidAttempt& attempt : attempts) {
        write({attempt.resumed_from, {}}, ++number);
        for (const Said& said : attempt.points) {
            log(said);
            if (random() % 4 != 0) continue;  // looks at any moment
            ASSERT_TRUE(writer_->flush());
            ASSERT_TRUE(follower.update());
        }
        writer_.reset();
    }
    ASSERT_TRUE(follower.update());
    EXPECT_EQ(said(followed), what_counts(attempts));
    KeptPoints streamed;
    PointStream stream(folder_, streamed);
    ASSERT_TRUE(stream.update());
    EXPECT_EQ(said(streamed), what_counts(attempts));
    EXPECT_EQ(streamed.restarts, 1);
    EXPECT_EQ(stream.points(), streamed.points.size());
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomStories, ::testing::Range(0U, 200U));

TEST_F(Stories, begin_anew_only_when_something_was_taken_back) {
    KeptPoints kept;
    PointStream stream(folder_, kept);
    write({0, {{0, 1, 1}, {0, 2, 2}, {0, 3, 3}}}, 1);
    ASSERT_TRUE(writer_->flush());
    ASSERT_TRUE(stream.update());
    log({0, 4, 4});
    ASSERT_TRUE(writer_->flush());
    ASSERT_TRUE(stream.update());
    EXPECT_EQ(kept.restarts, 1);
    write({4, {{0, 5, 5}}}, 2);  // goes on from where the first one was
    ASSERT_TRUE(writer_->flush());
    ASSERT_TRUE(stream.update());
    EXPECT_EQ(kept.restarts, 1);
    write({2, {{0, 3, 33}}}, 3);
    ASSERT_TRUE(writer_->flush());
    ASSERT_TRUE(stream.update());
    EXPECT_EQ(kept.restarts, 2);
    EXPECT_THAT(said(kept), ElementsAre(Said{0, 1, 1}, Said{0, 2, 2}, Said{0, 3, 33}));
}

TEST_F(Stories, an_epochs_metrics_are_points_once) {
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
    std::vector<std::string> told;
    for (const Point& p : kept.points) told.push_back(fmt::format("{}@{}={}", p.name, p.step, p.value));
    EXPECT_THAT(told, ElementsAre("train/loss@1=1", "train/epoch_loss@1=2", "val/loss@1=3", "train/loss@2=1",
                                  "train/epoch_loss@2=2", "val/loss@2=3"));
}

}  // namespace
}  // namespace goetia
