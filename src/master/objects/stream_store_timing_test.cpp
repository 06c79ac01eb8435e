#include <gtest/gtest.h>

#include "base/clock.h"
#include "experiment/journal_format.h"
#include "experiment/journal_records.h"
#include "master/objects/stream_store.h"
#include "master/series/series.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

// Ten attempts send 1,000 points at a time; each is on the disk before it is acknowledged, and in the curves
// afterwards.
TEST(StreamStoreTiming, takes_in_more_than_50000_durable_points_a_second) {
    constexpr int kAttempts = 10, kRounds = 30, kPoints = 1000;
    const testkit::TemporaryFolder folder;
    StreamStore store({.reserve = 0});
    std::vector<ExperimentFolder> experiments;
    std::vector<std::unique_ptr<ExperimentSeries>> series;
    std::vector<std::int64_t> lengths(kAttempts, 0);
    std::vector<std::uint64_t> sequences(kAttempts, 0);
    for (int a = 0; a < kAttempts; ++a) {
        experiments.push_back(
            *ExperimentFolder::create(folder / "experiments", fmt::format("exp_20250627_143052_{:08x}", a)));
        series.push_back(
            std::make_unique<ExperimentSeries>(experiments.back().root(), folder / "series" / experiments.back().id()));
    }
    const double begun = steady_seconds();
    for (int round = 0; round < kRounds; ++round) {
        std::vector<std::string> pieces(kAttempts);
        std::vector<StreamAppend> appends;
        for (std::size_t a = 0; a < kAttempts; ++a) {
            if (round == 0) {
                pieces[a] = journal_format::kMagic;
                journal_format::put_record(pieces[a], RecordType::kAttempt, sequences[a]++,
                                           to_json(AttemptRecord{.attempt = 1}).dump());
                journal_format::put_record(pieces[a], RecordType::kName, sequences[a]++,
                                           to_json(NameRecord{.id = 0, .name = "m"}).dump());
            }
            for (int i = 0; i < kPoints; ++i)
                journal_format::put_point(pieces[a], sequences[a]++, {0, round * kPoints + i, 1, 1, 0.5});
            appends.push_back(
                {experiments[a].root(), {.stream = "journal/attempt_1.journal", .offset = lengths[a]}, pieces[a]});
        }
        const auto answers = store.append(appends);
        for (std::size_t a = 0; a < kAttempts; ++a) {
            ASSERT_EQ(answers[a]->outcome, AppendOutcome::kAppended);
            lengths[a] = answers[a]->length;
            if (round % 10 == 9) {
                ASSERT_TRUE(series[a]->update());
            }
        }
    }
    const double rate = kAttempts * kRounds * kPoints / (steady_seconds() - begun);
    for (const auto& one : series)
        EXPECT_EQ(one->metrics()->at(0).points, static_cast<std::uint64_t>(kRounds * kPoints));
    RecordProperty("durable_points_per_second", std::to_string(rate));
    EXPECT_GT(rate, 50'000);
}

}  // namespace
}  // namespace goetia
