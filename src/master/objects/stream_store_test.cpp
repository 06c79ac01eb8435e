#include "master/objects/stream_store.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/files.h"
#include "base/hash.h"
#include "base/random.h"
#include "experiment/journal_format.h"
#include "experiment/journal_records.h"
#include "testkit/experiment.h"
#include "testkit/full_disk.h"
#include "testkit/history.h"

namespace goetia {
namespace {

namespace fs = std::filesystem;

class StreamStoreTest : public ::testing::Test {
  protected:
    AppendAnswer append(std::string_view bytes, std::int64_t offset, std::uint32_t generation = 0,
                        std::string before = "", const std::string& stream = "logs/train.log") {
        const auto answer =
            store.append({folder.path(),
                          {.stream = stream, .generation = generation, .offset = offset, .before = std::move(before)},
                          bytes});
        EXPECT_TRUE(answer) << to_string(answer.error());
        return answer ? *answer : AppendAnswer{AppendOutcome::kRefused, 0, -1};
    }
    [[nodiscard]] std::string copy(const std::string& stream = "logs/train.log") const {
        return *read_file(folder / stream);
    }

    // What an agent does: it goes on from each answer, and begins a generation where its file is shorter than the copy.
    void replicate(const std::string& source, const std::string& stream, std::size_t at_once) {
        const auto size = static_cast<std::int64_t>(source.size());
        AppendAnswer at = *store.state(folder.path(), stream);
        bool is_first = true;
        do {
            if (at.length > size) at = {AppendOutcome::kParted, at.generation + 1, 0};
            const std::int64_t window = std::min(at.length, kBeforeWindow);
            const std::string before = sha256_hex(
                source.substr(static_cast<std::size_t>(at.length - window), static_cast<std::size_t>(window)));
            at = append(std::string_view(source).substr(static_cast<std::size_t>(at.length), at_once), at.length,
                        at.generation, is_first && at.outcome != AppendOutcome::kParted ? before : "", stream);
            is_first = false;
        } while (at.outcome != AppendOutcome::kAppended || at.length != size);
    }

    testkit::TemporaryFolder folder;
    StreamStore store{{.reserve = 0}};
};

TEST_F(StreamStoreTest, appends_only_at_its_length) {
    EXPECT_EQ(store.state(folder.path(), "logs/train.log")->length, 0);
    EXPECT_EQ(append("hello ", 0).length, 6);
    for (const std::int64_t offset : {0, 3, 7, 100}) {
        const AppendAnswer answer = append("again", offset);
        EXPECT_EQ(answer.outcome, AppendOutcome::kElsewhere);
        EXPECT_EQ(answer.length, 6);
    }
    EXPECT_EQ(append("world", 6).length, 11);
    EXPECT_EQ(append("", 11).outcome, AppendOutcome::kAppended);
    EXPECT_EQ(copy(), "hello world");
    EXPECT_EQ(store.state(folder.path(), "logs/train.log")->length, 11);
}

TEST_F(StreamStoreTest, takes_many_streams_with_one_call) {
    std::vector<StreamAppend> appends;
    std::vector<std::string> names;
    for (int i = 0; i < 5; ++i) names.push_back(fmt::format("logs/rank_{}.log", i % 3));
    for (int i = 0; i < 5; ++i)
        appends.push_back({folder.path(),
                           {.stream = names[static_cast<std::size_t>(i)], .offset = i < 3 ? 0 : 1, .ends = i == 4},
                           "x"});
    appends.push_back({folder.path(), {.stream = "../bad"}, "x"});
    const auto answers = store.append(appends);
    ASSERT_EQ(answers.size(), 6U);
    EXPECT_EQ(answers[3]->length, 2);
    EXPECT_TRUE(answers[4]->ended);
    EXPECT_FALSE(answers[3]->ended);
    EXPECT_EQ(answers[5].error().code, Code::kInvalid);
    EXPECT_EQ(copy("logs/rank_1.log"), "xx");
}

TEST_F(StreamStoreTest, refuses_names_and_links_that_lead_elsewhere) {
    folder.write("canary", "intact");
    fs::create_directories(folder / "attempt/logs");
    const fs::path root = folder / "attempt";
    const auto tried = [&](const std::string& stream) { return store.append({root, {.stream = stream}, "evil"}); };
    for (const std::string bad :
         {"../canary", "logs/../../canary", "/tmp/x", "logs/", ".x", "logs/.x", "a/b/c/d/e", ""})
        EXPECT_EQ(tried(bad).error().code, Code::kInvalid) << bad;
    fs::create_symlink(folder / "canary", root / "logs/train.log");
    EXPECT_EQ(tried("logs/train.log").error().code, Code::kDenied);
    fs::create_directory_symlink(folder.path(), root / "up");
    EXPECT_EQ(tried("up/canary").error().code, Code::kDenied);
    fs::create_hard_link(folder / "canary", root / "shared");
    EXPECT_EQ(tried("shared").error().code, Code::kDenied);
    fs::create_directory(root / "folder");
    EXPECT_FALSE(tried("folder"));
    EXPECT_EQ(*read_file(folder / "canary"), "intact");
}

TEST_F(StreamStoreTest, is_bounded_and_a_full_disk_is_an_answer) {
    StreamStore small({.largest = 10, .reserve = 0});
    const auto to = [&](StreamStore& one, std::string_view bytes, std::int64_t offset) {
        return *one.append({folder.path(), {.stream = "a", .offset = offset}, bytes});
    };
    EXPECT_EQ(to(small, "12345678", 0).outcome, AppendOutcome::kAppended);
    EXPECT_EQ(to(small, "123", 8).outcome, AppendOutcome::kFull);
    EXPECT_EQ(to(small, "12", 8).length, 10);
    {
        const testkit::FullDisk full(15);
        const AppendAnswer answer = to(store, "1234567", 10);
        EXPECT_EQ(answer.outcome, AppendOutcome::kFull);
        EXPECT_EQ(answer.length, 10);
    }
    EXPECT_EQ(copy("a"), "1234567812");
    EXPECT_EQ(to(store, "1234567", 10).length, 17);
    StreamStore careful({.reserve = std::int64_t{1} << 60});
    EXPECT_EQ(to(careful, "x", 17).outcome, AppendOutcome::kFull);
    EXPECT_FALSE(store.append({folder.path(), {.stream = "a", .offset = 17}, std::string(kLargestChunk + 1, 'x')}));
}

TEST_F(StreamStoreTest, a_parted_source_goes_on_behind_the_older_generation) {
    replicate("one\ntwo\nthree\n", "logs/train.log", 5);
    // The machine lost "three" and wrote something else.
    const std::string newer = "one\ntwo\nthrift\nfour\n";
    EXPECT_EQ(append("x", 14, 0, sha256_hex("one\ntwo\nthrift")).outcome, AppendOutcome::kParted);
    replicate(newer, "logs/train.log", 5);
    EXPECT_EQ(copy(), "one\ntwo\nthree\nthrift\nfour\n");
    StreamStore restarted({.reserve = 0});
    const AppendAnswer state = *restarted.state(folder.path(), "logs/train.log");
    EXPECT_EQ(state.generation, 1U);
    EXPECT_EQ(state.length, static_cast<std::int64_t>(newer.size()));
    replicate(newer + "five\n", "logs/train.log", 100);
    EXPECT_EQ(copy(), "one\ntwo\nthree\nthrift\nfour\nfive\n");
    // Once more: it is shorter than the copy, and grows as the copy does.
    replicate("one\ntwo\n", "logs/train.log", 3);
    EXPECT_EQ(store.state(folder.path(), "logs/train.log")->length, 8);
    EXPECT_EQ(copy(), "one\ntwo\nthree\nthrift\nfour\nfive\n");
    replicate("one\ntwo\nthrift\nsix\n", "logs/train.log", 3);
    EXPECT_EQ(copy(), "one\ntwo\nthree\nthrift\nfour\nfive\nsix\n");
}

// Random histories of a source that grows, loses its end and grows otherwise: what was acknowledged never goes, and the
// copy's state is always the whole source.
TEST_F(StreamStoreTest, nothing_that_was_acknowledged_goes_whatever_the_source_loses) {
    Random random({.seed = 11, .purpose = purpose("stream_store_test")});
    for (int history = 0; history < 20; ++history) {
        const std::string name = fmt::format("logs/{}.log", history);
        std::string source;
        std::vector<std::string> lines;  // every line that was ever acknowledged
        for (int step = 0; step < 15; ++step) {
            if (random.chance(0.4)) source.resize(random.below(source.size() + 1));
            for (std::uint64_t i = random.below(4); i > 0; --i) {
                lines.push_back(fmt::format("line {} of {}", lines.size(), history));
                source += lines.back() + "\n";
            }
            replicate(source, name, 1 + random.below(30));
            ASSERT_EQ(store.state(folder.path(), name)->length, static_cast<std::int64_t>(source.size()));
            const std::string all = source.empty() && !fs::exists(folder / name) ? "" : copy(name);
            for (const std::string& line : lines)
                ASSERT_NE(all.find(line + "\n"), std::string::npos) << line << " in\n" << all;
        }
    }
}

// The same with a journal: every reader finds the records of both generations, the newer's points in place of the
// older's.
TEST_F(StreamStoreTest, a_journals_generations_are_read_as_one) {
    const ExperimentFolder experiment = *ExperimentFolder::create(folder.path(), "exp_20250627_143052_a3b8c9d2");
    const std::string stream = experiment.id() + "/journal/attempt_1.journal";
    std::string source(journal_format::kMagic);
    std::uint64_t sequence = 0;
    std::vector<std::size_t> ends;  // of each record
    const auto record = [&](auto&& put) {
        put();
        ends.push_back(source.size());
    };
    record([&] {
        journal_format::put_record(source, RecordType::kAttempt, sequence++,
                                   to_json(AttemptRecord{.attempt = 1}).dump());
    });
    record([&] {
        journal_format::put_record(source, RecordType::kName, sequence++,
                                   to_json(NameRecord{.id = 0, .name = "a"}).dump());
    });
    const auto point = [&](std::int64_t step, double value) {
        record([&] { journal_format::put_point(source, sequence++, {0, step, 1, 1, value}); });
    };
    for (int step = 0; step < 100; ++step) point(step, step);
    replicate(source.substr(0, source.size() - 5), stream, 64);  // its last record is torn
    const std::size_t lost_from = 62;  // records: the machine lost the points from step 60 on, and goes on otherwise
    source.resize(ends[lost_from - 1]);
    sequence = lost_from;
    record([&] {
        journal_format::put_record(source, RecordType::kName, sequence++,
                                   to_json(NameRecord{.id = 1, .name = "b"}).dump());
    });
    for (int step = 60; step < 80; ++step) point(step, -step);
    record([&] { journal_format::put_point(source, sequence++, {1, 7, 1, 1, 0.5}); });
    replicate(source, stream, 100);
    point(80, -80);
    replicate(source, stream, 100);

    const testkit::ReadBack back = testkit::read_back(experiment.journal(1));
    EXPECT_TRUE(back.faults.empty()) << back.faults[0];
    for (std::size_t i = 0; i < back.records.size(); ++i) EXPECT_EQ(back.records[i].sequence, i);
    testkit::KeptPoints kept;
    PointStream points(experiment, kept);
    ASSERT_TRUE(points.update());
    std::map<std::pair<std::string, std::int64_t>, double> found, expected;
    for (const Point& one : kept.points) found[{one.name, one.step}] = one.value;
    for (int step = 0; step < 99; ++step) expected[{"a", step}] = step >= 60 && step <= 80 ? -step : step;
    expected[{"b", 7}] = 0.5;
    EXPECT_EQ(found, expected);
    EXPECT_EQ(kept.points.size(), expected.size());
    // A reader that continues in the middle counts the same.
    const auto half = JournalReader::open(experiment.journal(1), points.position().offset);
    ASSERT_TRUE(half) << to_string(half.error());
    EXPECT_EQ((*half)->sequence(), points.position().sequence);
}

}  // namespace
}  // namespace goetia
