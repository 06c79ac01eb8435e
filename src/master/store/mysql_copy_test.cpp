#include "master/store/mysql_copy.h"

#include <map>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/files.h"
#include "experiment/journal_records.h"
#include "master/store/mysql_connection.h"
#include "testkit/history.h"
#include "testkit/private_server.h"

namespace goetia {
namespace {

class MysqlCopyTest : public ::testing::Test {
  protected:
    MysqlCopyTest() : folder(*ExperimentFolder::create(data / "experiments", "exp_20250627_143052_a3b8c9d2")) {
        EXPECT_TRUE(write_file_atomic(folder.config(), "experiment:\n  name: näme's\noptimizer:\n  lr: 0.1\n"));
    }

    std::unique_ptr<JournalWriter> attempt(int number, std::int64_t resumed_from) const {
        return *JournalWriter::create(folder.journal(number),
                                      to_json(AttemptRecord{.attempt = number, .resumed_from_step = resumed_from}));
    }
    CopyState copy() {
        const auto state = copy_to_mysql({.data = data.path(), .url = url});
        EXPECT_TRUE(state) << to_string(state.error());
        return state ? *state : CopyState();
    }
    std::string ask(const std::string& statement) { return server.ask("copied", statement); }

    // Row by row what the readable files hold.
    void expect_same() {
        testkit::KeptPoints kept;
        PointStream points(folder, kept);
        ASSERT_TRUE(points.update());
        std::map<std::pair<std::string, std::int64_t>, std::string> expected;
        for (const Point& point : kept.points)
            expected[{point.name, point.step}] = fmt::format("{}\t{}\t{:g}\n", point.name, point.step, point.value);
        std::string text;
        for (const auto& [key, line] : expected) text += line;
        EXPECT_EQ(ask("SELECT metric, step, value FROM goetia_metrics ORDER BY metric, step"), text);
    }

    testkit::PrivateMariadb& server = testkit::PrivateMariadb::instance();
    std::string url = server.database("copied");
    testkit::TemporaryFolder data;
    ExperimentFolder folder;
};

TEST_F(MysqlCopyTest, copies_configs_and_metrics_and_follows_the_run) {
    auto writer = attempt(1, 0);
    for (int step = 0; step < 250; ++step) writer->log(writer->metric(step % 2 == 0 ? "a" : "b"), step, 1, step);
    ASSERT_TRUE(writer->flush());
    EXPECT_EQ(copy().points, 250);
    expect_same();
    EXPECT_EQ(ask("SELECT name, state, config FROM goetia_experiments"),
              "näme's\trunning\t{\"experiment\":{\"name\":\"näme's\"},\"optimizer\":{\"lr\":0.1}}\n");
    EXPECT_EQ(copy().points, 0);  // nothing is new
    writer->log(writer->metric("a"), 300, 1, 0.5);
    ASSERT_TRUE(writer->flush());
    EXPECT_EQ(copy().points, 1);
    writer = attempt(2, 100);  // hides what came after step 100
    writer->log(writer->metric("a"), 102, 1, -1);
    ASSERT_TRUE(writer->append(RecordType::kState, to_json(StateRecord{.state = ExperimentState::kCompleted})));
    writer.reset();
    EXPECT_EQ(copy().points, 1);
    expect_same();
    EXPECT_EQ(ask("SELECT state FROM goetia_experiments"), "completed\n");
    const auto state = read_copy_state(data.path());
    ASSERT_TRUE(state);
    EXPECT_TRUE(state->is_complete);
    EXPECT_EQ(state->experiments, 1);
    EXPECT_EQ(state->copied, 1);
    EXPECT_EQ(state->error, "");
}

TEST_F(MysqlCopyTest, begins_again_where_another_copy_or_journal_was) {
    auto writer = attempt(1, 0);
    for (int step = 0; step < 20; ++step) writer->log(writer->metric("a"), step, 1, step);
    ASSERT_TRUE(writer->flush());
    copy();
    ask("UPDATE goetia_copies SET sequence = 7, position = 400");
    copy();
    expect_same();
    ask("DELETE FROM goetia_copies");  // repeats everything: no row twice
    EXPECT_EQ(copy().points, 20);
    expect_same();
}

TEST_F(MysqlCopyTest, keeps_values_that_are_not_finite_and_long_names_apart) {
    auto writer = attempt(1, 0);
    const std::string name = std::string(250, 'n');
    writer->log(writer->metric(name + "a"), 1, 1, std::nan(""));
    writer->log(writer->metric(name + "b"), 1, 1, HUGE_VAL);
    ASSERT_TRUE(writer->flush());
    copy();
    EXPECT_EQ(ask("SELECT COUNT(*), COUNT(DISTINCT metric), COUNT(value), MAX(CHAR_LENGTH(metric)) <= 240 FROM "
                  "goetia_metrics"),
              "2\t2\t0\t1\n");
}

// The server is killed and started at random moments of a copy; in the end all rows are there once.
TEST_F(MysqlCopyTest, a_server_that_dies_loses_and_doubles_nothing) {
    {
        auto writer = attempt(1, 0);
        for (int step = 0; step < 60'000; ++step) writer->log(writer->metric("a"), step, 1, 1);
        ASSERT_TRUE(writer->append(RecordType::kState, to_json(StateRecord{.state = ExperimentState::kCompleted})));
    }
    BackgroundCopy background(data.path(), url, 0.05);
    const auto copied = [this] {
        const std::string count =
            ask("SELECT COUNT(*) FROM information_schema.tables WHERE table_name = 'goetia_metrics' AND "
                "table_schema = DATABASE()");
        return count == "1\n" ? std::stol(ask("SELECT COUNT(*) FROM goetia_metrics")) : 0L;
    };
    const double until = steady_seconds() + 120;
    for (const long at : {5'000L, 25'000L}) {
        while (copied() < at && steady_seconds() < until) std::this_thread::yield();
        server.kill();
        server.start();
    }
    while (copied() < 60'000 && steady_seconds() < until) std::this_thread::yield();
    EXPECT_EQ(ask("SELECT COUNT(*), MIN(step), MAX(step), SUM(value) FROM goetia_metrics"), "60000\t0\t59999\t60000\n");
}

TEST(MysqlAddress, reads_urls_and_names_no_password) {
    const auto address = mysql_address_from("mysql://ann:p%40ss@db.example:3307/runs");
    ASSERT_TRUE(address);
    EXPECT_EQ(address->user, "ann");
    EXPECT_EQ(address->password, "p@ss");
    EXPECT_EQ(address->host, "db.example");
    EXPECT_EQ(address->port, 3307U);
    EXPECT_EQ(address->database, "runs");
    EXPECT_FALSE(address->is_local());
    EXPECT_TRUE(mysql_address_from("mariadb://root@localhost/x?socket=/tmp/s")->is_local());
    for (const std::string bad : {"mysql://ann:secret@host", "postgresql://h/d", "mysql:///d", "mysql://h:0/d",
                                  "mysql://h:99999/d", "mysql://h/"}) {
        const auto refused = mysql_address_from(bad);
        ASSERT_FALSE(refused) << bad;
        EXPECT_EQ(refused.error().message.find("secret"), std::string::npos);
    }
    const auto nowhere = copy_to_mysql(
        {.data = testkit::TemporaryFolder().path().parent_path() / "goetia_no_such", .url = "mysql://h:1/d"});
    EXPECT_FALSE(nowhere);
}

}  // namespace
}  // namespace goetia
