#include "launch/supervisor.h"

#include <csignal>
#include <cstdlib>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testkit/fake_runtime.h"

namespace goetia {
namespace {

using testkit::FakeRuntime;
using testkit::kUntilStop;
using testkit::run_to_end;

struct Journaled : LaunchObserver {
    void on_record(const Record& record) override { sequences.push_back(record.sequence); }
    std::vector<std::uint64_t> sequences;
};

class Supervisor : public testing::Test {
  protected:
    Supervisor() { ::setenv("GOETIA_SUPERVISOR", GOETIA_BUILD_DIR "/bin/goetia-supervisor", 1); }
    ~Supervisor() override { ::unsetenv("GOETIA_SUPERVISOR"); }

    std::unique_ptr<SupervisedAttempt> start(const LaunchPlan& plan, LaunchObserver* observer = nullptr) {
        return start_supervised(plan, RunLock::take(run_.root()).value(), observer).value();
    }

    // Started by a process that is killed with SIGKILL once the ranks train.
    void start_by_another(const LaunchPlan& plan) {
        const pid_t starter = ::fork();
        if (starter == 0) {
            const auto attempt = start_supervised(plan, RunLock::take(run_.root()).value(), nullptr);
            ::pause();
            ::_exit(attempt.ok() ? 0 : 1);
        }
        run_.wait_for("ready");
        ::kill(starter, SIGKILL);
        ::waitpid(starter, nullptr, 0);
    }

    std::unique_ptr<SupervisedAttempt> find(LaunchObserver* observer = nullptr) {
        return find_attempt(run_.experiment(), observer).value();
    }

    [[nodiscard]] AttemptProcesses named() const {
        for (int i = 0; i < 2000; ++i) {
            const auto processes = read_processes(run_.experiment(), 1).value();
            if (processes && !processes->ranks.empty()) return *processes;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        ADD_FAILURE() << "no ranks were named";
        return {};
    }

    FakeRuntime run_;
};

TEST_F(Supervisor, ranks_outlive_their_launcher_and_are_found_followed_and_stopped) {
    {
        auto writer = JournalWriter::create(run_.folder() / "prepared", {{"attempt", 1}}).value();
        for (int i = 0; i < 9; ++i) ASSERT_TRUE(writer->append(RecordType::kNote, {{"kind", "test"}}).ok());
    }
    start_by_another(
        run_.plan("head -c 100 ../prepared > journal/attempt_1.journal; touch ready; until grep -q stop "
                  "journal/control.json; do sleep 0.02; done\ntail -c +101 ../prepared >> "
                  "journal/attempt_1.journal; exit 130"));
    EXPECT_TRUE(is_running(run_.root()));
    Journaled journaled;
    const auto attempt = find(&journaled);
    ASSERT_TRUE(attempt);
    ASSERT_TRUE(attempt->advance().ok());
    EXPECT_FALSE(attempt->verdict());
    ASSERT_TRUE(attempt->send(Request::kStop).ok());
    EXPECT_EQ(run_to_end(*attempt).value(), LaunchEnd::kStopped);
    EXPECT_EQ(journaled.sequences.size(), 10U);
    EXPECT_FALSE(is_running(run_.root()));
    EXPECT_EQ(run_to_end(*find()).value(), LaunchEnd::kStopped) << "whoever comes later learns it, too";
}

TEST_F(Supervisor, reports_the_error_of_the_rank_at_fault) {
    const auto attempt =
        start(run_.plan("test $GOETIA_RANK = 1 || sleep 1000\necho '{\"error\":{\"code\":\"invalid\","
                        "\"message\":\"loss is NaN\"}}' >&2\nexit 3",
                        2));
    const auto end = run_to_end(*attempt);
    ASSERT_FALSE(end.ok());
    EXPECT_EQ(end.error().message, "loss is NaN");
    const Json left = Json::parse(read_file(end_file(run_.experiment(), 1)).value());
    EXPECT_EQ(left["ranks"][0], (Json{{"rank", 1}, {"exit_code", 3}, {"signal", 0}}));
    EXPECT_EQ(left["ranks"][1]["signal"], SIGTERM);
    const std::vector<RankEnd> ends = read_rank_ends(run_.experiment(), 1);
    ASSERT_EQ(ends.size(), 2U);
    EXPECT_EQ(ends[0].exit_code, 3);
    EXPECT_EQ(ends[1].signal, SIGTERM);
    EXPECT_TRUE(read_rank_ends(run_.experiment(), 2).empty());
}

TEST_F(Supervisor, a_stop_right_after_the_start_is_not_lost) {
    const auto attempt = start(run_.plan(kUntilStop));
    ASSERT_TRUE(attempt->send(Request::kStop).ok());
    EXPECT_EQ(run_to_end(*attempt).value(), LaunchEnd::kStopped);
}

TEST_F(Supervisor, kills_on_request) {
    start_by_another(run_.plan("touch ready; trap '' TERM INT; sleep 1000; sleep 1000"));
    const auto attempt = find();
    ASSERT_TRUE(attempt->kill().ok());
    EXPECT_EQ(run_to_end(*attempt).value(), LaunchEnd::kKilled);
}

TEST_F(Supervisor, if_it_is_killed_its_ranks_end_and_that_is_reported) {
    start_by_another(run_.plan("touch ready; sleep 1000"));
    const AttemptProcesses processes = named();
    const auto rank = open_process(processes.ranks[0]);
    ASSERT_TRUE(rank);
    const auto attempt = find();
    ASSERT_EQ(::kill(processes.supervisor.pid, SIGKILL), 0);
    const auto end = run_to_end(*attempt);
    EXPECT_TRUE(has_ended(rank->get()));
    ASSERT_FALSE(end.ok());
    EXPECT_EQ(end.error().code, Code::kUnavailable);
    EXPECT_EQ(
        end.error().message,
        fmt::format("attempt 1 of 'exp' ended without leaving a result: its supervisor (process {}) was killed, or the "
                    "machine was restarted; the last checkpoint remains",
                    processes.supervisor.pid));
    EXPECT_FALSE(is_running(run_.root()));
}

TEST_F(Supervisor, a_runtime_that_cannot_be_started_is_reported) {
    LaunchPlan plan = run_.plan("");
    plan.runtime = "/nowhere/goetia-runtime";
    const auto end = run_to_end(*start(plan));
    ASSERT_FALSE(end.ok());
    EXPECT_EQ(end.error().message, "cannot start '/nowhere/goetia-runtime': No such file or directory");
}

TEST_F(Supervisor, holds_the_lock_while_it_lives) {
    const auto attempt = start(run_.plan(kUntilStop));
    const AttemptProcesses processes = named();
    const auto second = RunLock::take(run_.root());
    ASSERT_FALSE(second.ok());
    EXPECT_NE(second.error().message.find(fmt::format("in process {};", processes.supervisor.pid)), std::string::npos)
        << second.error().message;
    ASSERT_TRUE(attempt->send(Request::kStop).ok());
    EXPECT_TRUE(run_to_end(*attempt).ok());
    EXPECT_TRUE(RunLock::take(run_.root()).ok());
}

// Processes of others that reuse the pids of ranks that are gone: they are neither watched nor signalled.
TEST_F(Supervisor, reused_pids_and_another_boot_are_not_mistaken_for_ranks) {
    const pid_t stranger = ::fork();
    if (stranger == 0) {
        ::pause();
        ::_exit(0);
    }
    ProcessIdentity earlier = identify_process(stranger).value();
    --earlier.start_time;
    ProcessIdentity restarted = identify_process(stranger).value();
    restarted.boot_id = "another";
    for (const ProcessIdentity& gone : {earlier, restarted}) {
        ASSERT_TRUE(write_processes(run_.experiment(), {.attempt = 1, .supervisor = gone, .ranks = {gone}}).ok());
        const auto attempt = find();
        ASSERT_TRUE(attempt->send(Request::kStop).ok());
        ASSERT_TRUE(attempt->kill().ok());
        ASSERT_TRUE(attempt->advance().ok());
        ASSERT_TRUE(attempt->verdict()) << "it is over at once";
        EXPECT_EQ(attempt->verdict()->error().code, Code::kUnavailable);
        int status = 0;
        EXPECT_EQ(::waitpid(stranger, &status, WNOHANG), 0) << "the stranger lives";
    }
    ::kill(stranger, SIGKILL);
    ::waitpid(stranger, nullptr, 0);
}

TEST_F(Supervisor, a_half_written_file_is_not_read) {
    EXPECT_FALSE(find());
    ASSERT_TRUE(write_file_atomic(run_.root() / "journal/attempt_7.ranks.json.part.123", "{\"att").ok());
    EXPECT_FALSE(find());
    ASSERT_TRUE(write_file_atomic(run_.root() / "journal/attempt_2.ranks.json", "{\"attempt\": 2}").ok());
    const auto foreign = find_attempt(run_.experiment(), nullptr);
    ASSERT_FALSE(foreign.ok());
    EXPECT_NE(
        foreign.error().message.find("must name the processes of an attempt by 'pid', 'start_time' and 'boot_id'"),
        std::string::npos);
}

}  // namespace
}  // namespace goetia
