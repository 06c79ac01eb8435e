#include "experiment/journal.h"
#include "experiment/journal_format.h"

#include <cmath>
#include <csignal>
#include <fcntl.h>
#include <limits>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "testkit/experiment.h"

namespace goetia {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using testkit::read_back;
using testkit::ReadBack;
using testkit::TemporaryFolder;

std::vector<Point> points_of(const ReadBack& back) {
    std::vector<Point> points;
    for (const Record& record : back.records) {
        if (record.point) points.push_back(*record.point);
    }
    return points;
}

TEST(Journal, reads_back_what_was_written_in_order) {
    const TemporaryFolder folder;
    {
        auto writer = JournalWriter::create(folder / "a.journal", {{"attempt", 1}}).value();
        const MetricId loss = writer->metric("train/loss");
        EXPECT_EQ(writer->metric("train/loss"), loss);
        writer->log(loss, 1, 0, 0.5);
        writer->log(writer->metric("train/lr"), 1, 0, std::numeric_limits<double>::quiet_NaN());
        ASSERT_TRUE(writer->append(RecordType::kEpoch, {{"epoch", 0}, {"metrics", {{"val/loss", 0.25}}}}));
        writer->log(loss, 2, 1, -std::numeric_limits<double>::infinity());
    }
    const ReadBack back = read_back(folder / "a.journal");
    EXPECT_THAT(back.faults, ElementsAre());
    ASSERT_EQ(back.records.size(), 7U);
    for (std::size_t i = 0; i < back.records.size(); ++i) EXPECT_EQ(back.records[i].sequence, i);
    EXPECT_EQ(back.records[0].type, RecordType::kAttempt);
    EXPECT_EQ(back.records[0].body["attempt"], 1);
    EXPECT_EQ(back.records[5].body.dump(), R"({"epoch":0,"metrics":{"val/loss":0.25}})");
    const std::vector<Point> points = points_of(back);
    EXPECT_EQ(points[0].name, "train/loss");
    EXPECT_EQ(points[0].step, 1);
    EXPECT_EQ(points[0].value, 0.5);
    EXPECT_NEAR(points[0].time, static_cast<double>(::time(nullptr)), 5);
    EXPECT_EQ(points[1].name, "train/lr");
    EXPECT_TRUE(std::isnan(points[1].value));
    EXPECT_EQ(points[2].epoch, 1);
    EXPECT_EQ(points[2].value, -std::numeric_limits<double>::infinity());
}

TEST(Journal, append_returns_when_everything_before_is_in_the_file) {
    const TemporaryFolder folder;
    auto writer = JournalWriter::create(folder / "a.journal", Json::object()).value();
    const MetricId loss = writer->metric("loss");
    for (int i = 0; i < 1000; ++i) writer->log(loss, i, 0, i);
    ASSERT_TRUE(writer->append(RecordType::kNote, {{"kind", "mark"}}));
    const ReadBack back = read_back(folder / "a.journal");
    EXPECT_EQ(points_of(back).size(), 1000U);
    EXPECT_EQ(back.records.back().type, RecordType::kNote);
}

TEST(Journal, drains_by_itself_soon) {
    const TemporaryFolder folder;
    auto writer = JournalWriter::create(folder / "a.journal", Json::object()).value();
    writer->log(writer->metric("loss"), 1, 0, 1);
    std::size_t seen = 0;
    for (int wait = 0; wait < 500 && seen == 0; ++wait) {
        ::usleep(10'000);
        seen = points_of(read_back(folder / "a.journal")).size();
    }
    EXPECT_EQ(seen, 1U);
}

TEST(Journal, a_full_ring_makes_the_producer_wait_and_drops_nothing) {
    const TemporaryFolder folder;
    {
        auto writer = JournalWriter::create(folder / "a.journal", Json::object()).value();
        const MetricId loss = writer->metric("loss");
        for (int i = 0; i < 100'000; ++i) writer->log(loss, i, i / 1000, i * 0.5);
    }
    const std::vector<Point> points = points_of(read_back(folder / "a.journal"));
    ASSERT_EQ(points.size(), 100'000U);
    for (int i = 0; i < 100'000; ++i) ASSERT_EQ(points[static_cast<std::size_t>(i)].step, i);
}

TEST(Journal, a_concurrent_reader_sees_a_growing_prefix) {
    const TemporaryFolder folder;
    const auto path = folder / "a.journal";
    auto writer = JournalWriter::create(path, Json::object()).value();
    std::thread training([&writer] {
        const MetricId loss = writer->metric("loss");
        for (int i = 0; i < 20'000; ++i) {
            writer->log(loss, i, 0, i);
            if (i % 2000 == 0) {
                EXPECT_TRUE(writer->append(RecordType::kEpoch, {{"text", std::string(5000, 'x')}}));
            }
        }
        EXPECT_TRUE(writer->flush());
    });
    auto reader = JournalReader::open(path).value();
    std::int64_t next_step = 0;
    std::uint64_t next_sequence = 0;
    while (next_step < 20'000) {
        auto record = reader->next();
        ASSERT_TRUE(record) << record.error().message;
        if (!*record) continue;
        ASSERT_EQ((*record)->sequence, next_sequence++);
        if ((*record)->point) {
            ASSERT_EQ((*record)->point->step, next_step++);
        }
    }
    training.join();
}

TEST(Journal, a_reader_continues_from_an_offset_with_the_names_it_needs) {
    const TemporaryFolder folder;
    const auto path = folder / "a.journal";
    auto writer = JournalWriter::create(path, Json::object()).value();
    const MetricId loss = writer->metric("loss");
    writer->log(loss, 1, 0, 1);
    ASSERT_TRUE(writer->flush());
    const std::uint64_t offset = read_back(path).offset;
    writer->log(loss, 2, 0, 2);
    ASSERT_TRUE(writer->flush());
    auto reader = JournalReader::open(path, offset).value();
    const std::vector<Point> points = points_of(read_back(*reader));
    ASSERT_EQ(points.size(), 1U);
    EXPECT_EQ(points[0].name, "loss");
    EXPECT_EQ(points[0].step, 2);
    EXPECT_THAT(JournalReader::open(path, offset + 1).error().message, HasSubstr("no record begins there"));
    EXPECT_THAT(JournalReader::open(path, 1 << 20).error().message, HasSubstr("its complete records end at byte"));
}

TEST(Journal, refuses_an_existing_file_a_missing_folder_and_other_files) {
    const TemporaryFolder folder;
    const auto path = folder / "a.journal";
    const auto writer = JournalWriter::create(path, Json::object()).value();
    const Error again = JournalWriter::create(path, Json::object()).error();
    EXPECT_EQ(again.code, Code::kWrongState);
    EXPECT_EQ(again.message, "journal '" + path.native() + "' exists already; each attempt writes one of its own");
    const Error nowhere = JournalWriter::create(folder / "no/a.journal", Json::object()).error();
    EXPECT_EQ(nowhere.code, Code::kNotFound);
    EXPECT_THAT(nowhere.message, HasSubstr("No such file or directory"));
    ASSERT_TRUE(write_file_atomic(folder / "b", "something else entirely"));
    EXPECT_THAT(read_back(folder / "b").faults,
                ElementsAre("'" + (folder / "b").native() + "' is not a journal: it does not begin with 'goetiaJ1'"));
    EXPECT_EQ(cut_torn_tail(folder / "b").error().code, Code::kInvalid);
    EXPECT_EQ(JournalReader::open(folder / "missing").error().code, Code::kNotFound);
}

TEST(Journal, is_locked_while_its_writer_lives) {
    const TemporaryFolder folder;
    auto writer = JournalWriter::create(folder / "a.journal", Json::object()).value();
    EXPECT_TRUE(journal_has_writer(folder / "a.journal"));
    writer.reset();
    EXPECT_FALSE(journal_has_writer(folder / "a.journal"));
    EXPECT_FALSE(journal_has_writer(folder / "missing"));
}

TEST(Journal, a_torn_tail_is_ignored_and_cut) {
    const TemporaryFolder folder;
    const auto path = folder / "a.journal";
    {
        auto writer = JournalWriter::create(path, {{"attempt", 1}}).value();
        writer->log(writer->metric("loss"), 1, 0, 1);
        ASSERT_TRUE(writer->append(RecordType::kState, {{"state", "running"}}));
    }
    const std::string original = read_file(path).value();
    const std::vector<Record> all = read_back(path).records;
    for (std::size_t size = 0; size <= original.size(); ++size) {
        ASSERT_TRUE(write_file_atomic(path, original.substr(0, size)));
        const ReadBack torn = read_back(path);
        ASSERT_TRUE(torn.faults.empty()) << torn.faults[0];
        ASSERT_LE(torn.records.size(), all.size());
        for (std::size_t i = 0; i < torn.records.size(); ++i) ASSERT_EQ(torn.records[i].body, all[i].body);
        ASSERT_EQ(cut_torn_tail(path).value(), size - torn.offset);
        ASSERT_EQ(std::filesystem::file_size(path), torn.offset);
        ASSERT_EQ(read_back(path).records.size(), torn.records.size());
        ASSERT_EQ(cut_torn_tail(path).value(), 0U);
    }
}

TEST(Journal, zeros_after_the_last_record_are_a_torn_tail) {
    const TemporaryFolder folder;
    const auto path = folder / "a.journal";
    JournalWriter::create(path, {{"attempt", 1}}).value().reset();
    ASSERT_TRUE(write_file_atomic(path, read_file(path).value() + std::string(4096, '\0')));
    EXPECT_EQ(read_back(path).records.size(), 1U);
    EXPECT_EQ(cut_torn_tail(path).value(), 4096U);
}

// A copy whose source lost its end and grew again: numbers begin again at an earlier one, and are counted on.
TEST(Journal, goes_on_with_the_records_of_a_newer_generation) {
    const TemporaryFolder folder;
    for (const bool is_torn : {false, true}) {
        std::string bytes(journal_format::kMagic);
        std::uint64_t sequence = 0;
        const auto put = [&](int value) {
            journal_format::put_record(bytes, RecordType::kNote, sequence++, Json{{"value", value}}.dump());
        };
        for (int i = 0; i < 10; ++i) put(i);
        if (is_torn) bytes.resize(bytes.size() - 3);
        sequence = 6;
        for (int i = 20; i < 23; ++i) put(i);
        const auto path = folder.write("a.journal", bytes);
        const ReadBack back = read_back(path);
        EXPECT_TRUE(back.faults.empty());
        EXPECT_EQ(back.offset, bytes.size());
        std::vector<int> values;
        for (const Record& record : back.records) {
            EXPECT_EQ(record.sequence, values.size());
            values.push_back(record.body["value"].get<int>());
        }
        std::vector<int> expected{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 21, 22};
        if (is_torn) expected.erase(expected.begin() + 9);
        EXPECT_EQ(values, expected);
        put(23);
        folder.write("a.journal", bytes);
        const auto reader = JournalReader::open(path, back.offset);
        ASSERT_TRUE(reader);
        EXPECT_EQ((*reader)->sequence(), expected.size());
        const auto next = (*reader)->next();
        ASSERT_TRUE(next);
        EXPECT_EQ((**next).body["value"], 23);
    }
}

TEST(Journal, every_flipped_bit_is_detected_and_nothing_else_is_lost) {
    const TemporaryFolder folder;
    const auto path = folder / "a.journal";
    {
        auto writer = JournalWriter::create(path, {{"attempt", 1}}).value();
        const MetricId loss = writer->metric("loss");
        for (int i = 0; i < 3; ++i) writer->log(loss, i, 0, i);
        ASSERT_TRUE(writer->append(RecordType::kState, {{"state", "completed"}}));
    }
    const std::string original = read_file(path).value();
    const std::vector<Record> all = read_back(path).records;
    for (std::size_t bit = 64; bit < original.size() * 8; ++bit) {
        std::string bytes = original;
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
        ASSERT_TRUE(FileDescriptor(::open(path.c_str(), O_WRONLY | O_TRUNC)).valid());
        const FileDescriptor file(::open(path.c_str(), O_WRONLY));
        ASSERT_TRUE(write_all(file.get(), bytes, path));
        const ReadBack back = read_back(path);
        std::size_t good = 0;
        for (const Record& record : back.records) {
            ASSERT_LT(record.sequence, all.size());
            ASSERT_EQ(record.body, all[record.sequence].body) << bit;
            if (record.point) {
                ASSERT_EQ(record.point->value, all[record.sequence].point->value);
            }
            ++good;
        }
        const bool damaged_the_name =
            !back.faults.empty() && back.faults[0].find("records 1 to 1") != std::string::npos;
        ASSERT_EQ(good, damaged_the_name ? all.size() - 4 : all.size() - 1) << bit;
        const bool in_last = back.faults.empty();
        ASSERT_EQ(in_last, good == all.size() - 1 && back.records.back().sequence == all.size() - 2) << bit;
        if (!in_last) {
            ASSERT_THAT(back.faults[0], MatchesRegex("journal '.*' is damaged at byte [0-9]+: records [0-9]+ to [0-9]+ "
                                                     "are lost, those after them are intact"));
        }
    }
}

TEST(Journal, a_full_disk_is_reported_by_the_next_append_and_leaves_complete_records) {
    const TemporaryFolder folder;
    const auto path = folder / "a.journal";
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {  // a limit on the file size stands in for the full disk: a write fails partway
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{10'000, 10'000};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        auto writer = JournalWriter::create(path, {{"attempt", 1}}).value();
        const MetricId loss = writer->metric("loss");
        if (writer->fault()) ::_exit(1);
        for (int i = 0; i < 50'000; ++i) writer->log(loss, i, 0, i);  // three rings: must not block for ever
        const Status appended = writer->append(RecordType::kNote, Json::object());
        if (appended.ok() || appended.error().message != "cannot write '" + path.native() + "': File too large")
            ::_exit(2);
        if (!writer->fault() || writer->flush().ok() || writer->append(RecordType::kNote, Json::object()).ok())
            ::_exit(3);
        writer.reset();
        ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    const ReadBack back = read_back(path);
    EXPECT_EQ(back.faults.size(), 0U);
    EXPECT_EQ(back.offset, std::filesystem::file_size(path));
    const std::vector<Point> points = points_of(back);
    for (std::size_t i = 0; i < points.size(); ++i) EXPECT_EQ(points[i].step, static_cast<std::int64_t>(i));
}

TEST(Journal, a_disk_full_from_the_first_byte_leaves_no_file) {
    const TemporaryFolder folder;
    const auto path = folder / "a.journal";
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{4, 4};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        ::_exit(JournalWriter::create(path, Json::object()).ok() ? 1 : 0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
    EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace goetia
