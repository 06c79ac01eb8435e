#include "master/series/series.h"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstring>
#include <map>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json_text.h"
#include "base/random.h"
#include "experiment/journal_records.h"
#include "master/series/series_store.h"
#include "testkit/history.h"
#include "testkit/long_journal.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;

using PlainCurve = std::map<std::int64_t, Point>;       // by step
using PlainCurves = std::map<std::string, PlainCurve>;  // by name

// What the readable files are derived from: the oracle.
PlainCurves plain_curves(const ExperimentFolder& folder) {
    testkit::KeptPoints kept;
    PointStream stream(folder, kept);
    EXPECT_TRUE(stream.update());
    PlainCurves curves;
    for (const Point& point : kept.points) curves[point.name][point.step] = point;
    return curves;
}

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

void expect_same(ExperimentSeries& series, const ExperimentFolder& folder) {
    const PlainCurves expected = plain_curves(folder);
    const auto metrics = series.metrics();
    ASSERT_TRUE(metrics) << to_string(metrics.error());
    ASSERT_EQ(metrics->size(), expected.size());
    for (const auto& [name, points] : expected) {
        const auto curves = series.curves({.names = {name}, .points = kMostBuckets});
        ASSERT_TRUE(curves) << to_string(curves.error());
        const Curve& curve = curves->at(0);
        ASSERT_EQ(curve.count, points.size()) << name;
        if (!curve.is_raw) continue;
        std::size_t i = 0;
        for (const auto& [step, point] : points) {
            ASSERT_EQ(curve.x[i], static_cast<double>(step)) << name;
            ASSERT_TRUE(same(curve.last[i], point.value)) << name << " at " << step;
            ++i;
        }
    }
}

class SeriesTest : public ::testing::Test {
  protected:
    SeriesTest() : folder(*ExperimentFolder::create(temporary / "experiments", "exp_20250627_143052_a3b8c9d2")) {}

    [[nodiscard]] std::unique_ptr<ExperimentSeries> open(std::uint64_t between = 1000) const {
        return std::make_unique<ExperimentSeries>(folder.root(), files(),
                                                  SeriesOptions{.smallest_file = 1, .points_between_commits = between});
    }
    [[nodiscard]] fs::path files() const { return temporary / "series" / folder.id(); }

    std::unique_ptr<JournalWriter> attempt(int number, std::int64_t resumed_from) const {
        return *JournalWriter::create(folder.journal(number),
                                      to_json(AttemptRecord{.attempt = number,
                                                            .format = JournalFormat::kEpochMetricsOnce,
                                                            .resumed_from_step = resumed_from,
                                                            .time = 1000}));
    }

    testkit::TemporaryFolder temporary;
    ExperimentFolder folder;
};

TEST_F(SeriesTest, follows_a_journal_and_hides_what_a_resumed_attempt_repeats) {
    auto writer = attempt(1, 0);
    const auto series = open();
    for (int step = 1; step <= 100; ++step) writer->log(writer->metric("train/loss"), step, 1, step);
    ASSERT_TRUE(writer->append(RecordType::kEpoch,
                               to_json(EpochRecord{.epoch = 1, .step = 100, .metrics = {{"val/loss", 0.5}}})));
    expect_same(*series, folder);
    for (int step = 101; step <= 150; ++step) writer->log(writer->metric("train/loss"), step, 2, step);
    ASSERT_TRUE(writer->flush());
    expect_same(*series, folder);
    writer = attempt(2, 120);
    for (int step = 121; step <= 130; ++step) writer->log(writer->metric("train/loss"), step, 2, -step);
    ASSERT_TRUE(writer->flush());
    expect_same(*series, folder);
    const auto curve = series->curves({.names = {"train/loss"}});
    ASSERT_TRUE(curve);
    EXPECT_EQ(curve->at(0).count, 130U);
    EXPECT_EQ(curve->at(0).last[119], 120);
    EXPECT_EQ(curve->at(0).last[120], -121);
    writer = attempt(3, -1);  // from the beginning
    writer->log(writer->metric("train/loss"), 5, 1, 0.25);
    ASSERT_TRUE(writer->flush());
    expect_same(*series, folder);
    ASSERT_TRUE(series->commit());
    expect_same(*open(), folder);
}

TEST_F(SeriesTest, keeps_points_of_any_order_sorted_and_the_last_of_a_step) {
    auto writer = attempt(1, 0);
    const auto series = open(1);
    Random random({.seed = 3, .purpose = purpose("series_test.order")});
    for (int round = 0; round < 30; ++round) {
        for (int i = 0; i < 300; ++i)
            writer->log(writer->metric(random.chance(0.5) ? "a" : "b"), random.between(0, 4000), 1, random.uniform());
        ASSERT_TRUE(writer->flush());
        ASSERT_TRUE(series->update());
    }
    expect_same(*series, folder);
    expect_same(*open(), folder);
}

// Any bucket against all its points, at every length around the edges of nodes and for ranges.
TEST_F(SeriesTest, buckets_are_minimum_maximum_and_last_of_their_points) {
    auto writer = attempt(1, 0);
    Random random({.seed = 5, .purpose = purpose("series_test.buckets")});
    const auto series = open();
    std::int64_t step = 0;
    for (const int length : {15, 16, 17, 255, 256, 257, 4095, 4097, 9000, 70'000}) {
        for (; step < length; ++step) {
            const double value = random.chance(0.01) ? std::nan("") : random.normal();
            writer->log(writer->metric("m"), 3 * step, step / 100, value);
        }
        ASSERT_TRUE(writer->flush());
        const PlainCurve points = plain_curves(folder)["m"];
        for (const std::uint64_t buckets : {2, 7, 100, 2000}) {
            for (const bool is_part : {false, true}) {
                CurveQuery query{.names = {"m"}, .points = buckets};
                if (is_part)
                    query.from = 0.6 * static_cast<double>(length), query.to = 2.2 * static_cast<double>(length);
                const auto curves = series->curves(query);
                ASSERT_TRUE(curves);
                const Curve& curve = curves->at(0);
                auto point =
                    is_part ? points.lower_bound(static_cast<std::int64_t>(std::ceil(*query.from))) : points.begin();
                const auto end = is_part ? points.upper_bound(static_cast<std::int64_t>(*query.to)) : points.end();
                const auto count = static_cast<std::uint64_t>(std::distance(point, end));
                ASSERT_EQ(curve.count, count);
                ASSERT_EQ(curve.is_raw, count <= buckets);
                ASSERT_EQ(curve.x.size(), std::min(count, buckets));
                for (std::size_t i = 0; i < curve.x.size(); ++i) {
                    double low = std::nan(""), high = low, last = low;
                    std::uint64_t held = 0;
                    for (; point != end && static_cast<double>(point->first) <= curve.x[i]; ++point, ++held) {
                        low = std::fmin(low, point->second.value), high = std::fmax(high, point->second.value);
                        last = point->second.value;
                    }
                    ASSERT_TRUE(same(curve.last[i], last));
                    if (curve.is_raw) continue;
                    ASSERT_TRUE(same(curve.min[i], low) && same(curve.max[i], high))
                        << length << " " << buckets << " " << i;
                    ASSERT_LE(held, (count / buckets + 1) * 9 / 8 + 1);
                    ASSERT_GE(held,
                              std::max<std::uint64_t>(
                                  1, count / buckets * 7 / 8 - std::min<std::uint64_t>(1, count / buckets * 7 / 8)));
                }
                ASSERT_EQ(point, end);
            }
        }
    }
}

TEST_F(SeriesTest, answers_by_epoch_time_and_relative_time) {
    auto writer = attempt(1, 0);
    for (int step = 0; step < 10; ++step) writer->log(writer->metric("m"), step, step / 4, step);
    ASSERT_TRUE(writer->flush());
    const auto series = open();
    const auto by_epoch = series->curves({.x = CurveX::kEpoch, .from = 1, .to = 1});
    ASSERT_TRUE(by_epoch);
    EXPECT_EQ(by_epoch->at(0).last, (std::vector<double>{4, 5, 6, 7}));
    EXPECT_EQ(by_epoch->at(0).x, (std::vector<double>{1, 1, 1, 1}));
    const auto by_time = series->curves({.x = CurveX::kTime});
    const auto relative = series->curves({.x = CurveX::kRelative});
    const PlainCurve points = plain_curves(folder)["m"];
    EXPECT_EQ(by_time->at(0).x[3], points.at(3).time);
    EXPECT_EQ(relative->at(0).x[3], points.at(3).time - 1000);
}

TEST_F(SeriesTest, names_what_is_nearest_and_refuses_too_many_points) {
    auto writer = attempt(1, 0);
    writer->log(writer->metric("val/loss"), 1, 1, 1);
    ASSERT_TRUE(writer->flush());
    const auto series = open();
    const auto unknown = series->curves({.names = {"val/los"}});
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().message,
              "experiment 'exp_20250627_143052_a3b8c9d2' has no metric 'val/los'; did you mean 'val/loss'?");
    EXPECT_EQ(series->curves({.points = 1}).error().message, "1 points were asked for; allowed are 2 to 20000");
}

TEST_F(SeriesTest, writes_all_points_as_csv) {
    auto writer = attempt(1, 0);
    for (int step = 0; step < 3; ++step) writer->log(writer->metric("a,b"), step, 1, step + 0.5);
    writer->log(writer->metric("c"), 1, 1, std::nan(""));
    ASSERT_TRUE(writer->flush());
    const auto series = open();
    std::string csv;
    ASSERT_TRUE(series->write_csv({}, [&](std::string_view text) {
        csv += text;
        return Status();
    }));
    const PlainCurve points = plain_curves(folder)["a,b"];
    const auto time = [&](std::int64_t step) { return fmt::format("{}", points.at(step).time); };
    EXPECT_EQ(csv, fmt::format("step,epoch,time,\"a,b\",c\r\n0,1,{},0.5,\r\n1,1,{},1.5,nan\r\n2,1,{},2.5,\r\n", time(0),
                               time(1), time(2)));
}

// Killed at any moment, the columns are what the journals say once they are opened again.
TEST_F(SeriesTest, a_kill_at_any_time_is_repaired_from_the_journal) {
    {
        auto writer = attempt(1, 0);
        for (int step = 0; step < 30'000; ++step) writer->log(writer->metric(step % 3 == 0 ? "a" : "b"), step, 1, step);
        ASSERT_TRUE(writer->flush());
        writer = attempt(2, 20'000);
        for (int step = 20'001; step < 40'000; ++step)
            writer->log(writer->metric(step % 3 == 0 ? "a" : "b"), step, 1, -step);
        ASSERT_TRUE(writer->flush());
    }
    Random random({.seed = 9, .purpose = purpose("series_test.kill")});
    int killed = 0;
    for (int round = 0; round < 25; ++round) {
        if (round % 5 == 0) fs::remove_all(files());
        const pid_t child = ::fork();
        if (child == 0) {
            // Follows copies of the journals that grow, so that there are many commits to be killed in.
            const ExperimentFolder copy(temporary / "experiments" / "exp_20250627_143052_00000000");
            for (std::uint64_t bytes = 50'000;; bytes += 50'000) {
                fs::create_directories(copy.journal_folder());
                bool is_all = true;
                for (const int number : {1, 2}) {
                    const std::string whole = read_file(folder.journal(number)).value();
                    const std::uint64_t left = number == 1 ? bytes : bytes > whole.size() ? bytes - whole.size() : 0;
                    if (left > 0 && !write_file_atomic(copy.journal(number), whole.substr(0, left))) ::_exit(1);
                    is_all = is_all && left >= whole.size();
                }
                ExperimentSeries series(copy.root(), files(), {.smallest_file = 1, .points_between_commits = 1});
                if (!series.update()) ::_exit(1);
                if (is_all) ::_exit(0);
            }
        }
        ::usleep(static_cast<useconds_t>(random.between(500, 60'000)));
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        killed += WIFSIGNALED(status) ? 1 : 0;
        ASSERT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
        fs::remove_all(temporary / "experiments" / "exp_20250627_143052_00000000");
        expect_same(*open(), folder);
    }
    EXPECT_GT(killed, 0);
}

TEST_F(SeriesTest, a_damaged_or_foreign_manifest_is_made_again) {
    auto writer = attempt(1, 0);
    for (int step = 0; step < 1000; ++step) writer->log(writer->metric("a"), step, 1, step);
    ASSERT_TRUE(writer->flush());
    ASSERT_TRUE(open(1)->update());
    const std::string manifest = *read_file(files() / "manifest.json");
    for (const std::string& bad :
         {std::string(), std::string("{}"), manifest.substr(0, manifest.size() / 2),
          std::string(manifest).replace(manifest.find("\"points\":1000"), 13, "\"points\":9999"),
          std::string(manifest).replace(manifest.find("\"sequence\":"), 11, "\"sequence\":9")}) {
        ASSERT_TRUE(write_file_atomic(files() / "manifest.json", bad));
        writer->log(writer->metric("a"), 2000, 1, 1);  // so that the journal goes on after the manifest
        ASSERT_TRUE(writer->flush());
        expect_same(*open(), folder);
    }
}

TEST_F(SeriesTest, a_short_run_needs_no_file_until_it_grows) {
    auto writer = attempt(1, 0);
    ExperimentSeries series(folder.root(), files(), {.smallest_file = 20'000});
    for (int step = 0; step < 100; ++step) writer->log(writer->metric("a"), step, 1, step);
    ASSERT_TRUE(writer->flush());
    expect_same(series, folder);
    ASSERT_TRUE(series.commit());
    EXPECT_FALSE(fs::exists(files()));
    for (int step = 100; step < 1000; ++step) writer->log(writer->metric("a"), step, 1, step);
    ASSERT_TRUE(writer->flush());
    expect_same(series, folder);
    ASSERT_TRUE(series.commit());
    EXPECT_TRUE(fs::exists(files() / "manifest.json"));
}

TEST_F(SeriesTest, the_store_keeps_the_newest_open_and_removes_columns) {
    SeriesStore store(temporary.path(), 1, {.smallest_file = 1});
    auto writer = attempt(1, 0);
    writer->log(writer->metric("a"), 1, 1, 1);
    ASSERT_TRUE(writer->flush());
    const auto other = *ExperimentFolder::create(temporary / "experiments", "exp_20250627_143052_a3b8c9d3");
    EXPECT_EQ((*store.open(folder.id()))->metrics()->size(), 1U);
    EXPECT_EQ((*store.open(other.id()))->metrics()->size(), 0U);
    EXPECT_TRUE(fs::exists(files() / "manifest.json"));  // committed when it was closed
    ASSERT_TRUE(store.erase(folder.id()));
    EXPECT_FALSE(fs::exists(files()));
    EXPECT_EQ((*store.open(folder.id()))->metrics()->size(), 1U);
    for (const std::string bad : {"exp_20250627_143052_ffffffff", "../experiments", ".", "", "a/b"})
        EXPECT_EQ(store.open(bad).error().code, Code::kNotFound) << bad;
    EXPECT_FALSE(store.erase(".."));
}

TEST(Curve, has_one_form_as_json_and_one_as_bytes) {
    const std::vector<Curve> curves{
        {.name = "a", .count = 9, .is_raw = false, .x = {1, 2}, .min = {0, 1}, .max = {5, 6}, .last = {3, HUGE_VAL}},
        {.name = "b", .count = 1, .is_raw = true, .x = {1}, .last = {0.5}}};
    EXPECT_EQ(
        json_text(to_json(curves)),
        R"({"curves":[{"name":"a","count":9,"raw":false,"x":[1.0,2.0],"min":[0.0,1.0],"max":[5.0,6.0],"last":[3.0,null]},)"
        R"({"name":"b","count":1,"raw":true,"x":[1.0],"value":[0.5]}]})");
    const std::string bytes = to_binary(curves);
    EXPECT_TRUE(bytes.starts_with("goetiaC1"));
    std::uint32_t length = 0;
    std::memcpy(&length, bytes.data() + 8, 4);
    EXPECT_EQ((12 + length) % 8, 0U);
    ASSERT_EQ(bytes.size(), 12 + length + 10 * sizeof(double));
    double last = 0;
    std::memcpy(&last, bytes.data() + bytes.size() - 8, 8);
    EXPECT_EQ(last, 0.5);
}

}  // namespace
}  // namespace goetia
