#include "agent/attempts/held_attempt.h"

#include <csignal>
#include <sys/stat.h>

#include <gmock/gmock.h>

#include "base/files.h"
#include "launch/attempt_files.h"
#include "launch/control.h"
#include "testkit/memory_master.h"
#include "testkit/node_kit.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using testkit::kCopyJournal;

class HeldAttemptTest : public testing::Test {
  protected:
    HeldAttemptTest() {
        const std::string package = kit_.package();
        EXPECT_TRUE(write_file_atomic(cache_.file(sha256_hex(package)), package).ok());
        EXPECT_TRUE(cache_.unpack(sha256_hex(package)).ok());
    }

    void accept(const WantedAttempt& wanted) { held_ = HeldAttempt::accept(attempts_, wanted).value(); }
    // The agent is killed and started again.
    void restart() {
        held_.reset();
        held_ = HeldAttempt::load(AttemptStore::list(attempts_).value().at(0)).value();
    }
    void check() {
        ASSERT_TRUE(held_->mark_fetched(cache_).ok());
        const Status checked = held_->check_data(kit_.setup(), cache_);
        ASSERT_TRUE(checked.ok()) << checked.error().message;
        drive_until([&] { return held_->checked() || held_->exit(); });
    }
    void start() {
        const Status started = held_->start(kit_.setup(), cache_, steady_seconds());
        ASSERT_TRUE(started.ok()) << started.error().message;
    }
    void drive_until(const std::function<bool()>& done) {
        testkit::drive(done, [&] {
            const Status advanced = held_->advance(steady_seconds(), "");
            ASSERT_TRUE(advanced.ok()) << advanced.error().message;
        });
    }
    void run_to_exit() {
        drive_until([&] { return held_->exit().has_value(); });
        ASSERT_TRUE(held_->exit());
    }
    // Everything up to the start.
    void begin(const std::string& script) {
        kit_.runtime(script);
        accept(kit_.wanted(7));
        check();
        start();
    }
    [[nodiscard]] std::string file(const std::string& name) const {
        return read_file(held_->experiment_root() / name).value();
    }
    [[nodiscard]] bool is_there(const std::string& name) const {
        return std::filesystem::exists(held_->experiment_root() / name);
    }

    testkit::NodeKit kit_;
    std::filesystem::path attempts_ = kit_.folder() / "attempts";
    ObjectCache cache_ = ObjectCache::open(kit_.folder() / "cache", 1'000'000'000).value();
    std::unique_ptr<HeldAttempt> held_;
};

TEST_F(HeldAttemptTest, runs_and_hands_everything_over) {
    begin(kCopyJournal + "echo a line; id -u > logs/user; env > logs/environment; cat > logs/input");
    EXPECT_EQ(held_->phase(), AttemptPhase::kStarting);
    run_to_exit();
    EXPECT_EQ(held_->exit()->kind, ExitKind::kOk) << held_->exit()->reason;
    EXPECT_EQ(held_->phase(), AttemptPhase::kExited);
    if (::geteuid() == 0) EXPECT_EQ(file("logs/user"), "300007\n");
    EXPECT_THAT(file("logs/environment"), HasSubstr("CUDA_VISIBLE_DEVICES=\n"));
    EXPECT_EQ(rank_input_from_text(file("logs/input"))->document["data"], (kit_.folder() / "install").native());
    testkit::MemoryMaster master;
    while (carry_one(*held_->replica(), master, 1).value() == AttemptReplica::Step::kSent) {
    }
    EXPECT_EQ(held_->phase(), AttemptPhase::kClosed);
    EXPECT_EQ(master.newest(7, "journal/attempt_1.journal"), kit_.journal());
    EXPECT_EQ(master.newest(7, "logs/stderr_rank_0.log"), "a line\n");
    EXPECT_THAT(master.newest(7, "logs/agent.log"), HasSubstr("ended: ok"));
    EXPECT_EQ(master.objects[sha256_hex("weights")], "weights");
    EXPECT_TRUE(master.objects.contains(sha256_hex("task: none\n"))) << "config.yaml";
    ASSERT_TRUE(held_->purge().ok());
    EXPECT_TRUE(std::filesystem::is_empty(attempts_));
}

// The agent dies after each step; the next one takes the attempt up where it is, and the run is started once.
TEST_F(HeldAttemptTest, kills_of_the_agent_between_any_two_steps_change_nothing) {
    kit_.runtime(kCopyJournal +
                 "echo once >> logs/starts; touch logs/ready\n"
                 "until test -e logs/go; do sleep 0.02; done");
    for (int at = 0; at <= 5; ++at) {
        int step = 0;
        const auto killed = [&] {
            if (step++ == at) restart();
        };
        accept(kit_.wanted(7));
        killed();
        ASSERT_TRUE(held_->mark_fetched(cache_).ok());
        killed();
        check();
        killed();
        if (!held_->checked()) check();  // it is decided again
        start();
        killed();
        // While the supervisor has not written who it is, a start finds its lock and waits.
        drive_until([&] {
            if (!held_->has_processes() && !held_->exit()) start();
            return is_there("logs/ready");
        });
        killed();
        drive_until([&] { return held_->phase() == AttemptPhase::kRunning; });
        ASSERT_TRUE(write_file_atomic(held_->experiment_root() / "logs/go", "").ok());
        run_to_exit();
        killed();
        EXPECT_EQ(held_->exit()->kind, ExitKind::kOk) << at;
        EXPECT_EQ(file("logs/starts"), "once\n") << at;
        testkit::MemoryMaster master;
        while (carry_one(*held_->replica(), master, 1).value() == AttemptReplica::Step::kSent) {
        }
        EXPECT_EQ(held_->phase(), AttemptPhase::kClosed);
        EXPECT_TRUE(master.objects.contains(sha256_hex("weights"))) << at;
        ASSERT_TRUE(held_->purge().ok());
    }
}

TEST_F(HeldAttemptTest, pauses_continues_and_stops_by_the_control_file) {
    begin(kCopyJournal + "touch logs/ready; until grep -q stop journal/control.json; do sleep 0.02; done; exit 130");
    drive_until([&] { return is_there("logs/ready"); });
    ASSERT_TRUE(held_->send(Request::kPause).ok());
    EXPECT_THAT(file("journal/control.json"), HasSubstr("pause"));
    restart();
    ASSERT_TRUE(held_->has_processes()) << "they outlive the agent";
    ASSERT_TRUE(held_->send(Request::kStop).ok());
    EXPECT_EQ(held_->phase(), AttemptPhase::kStopping);
    run_to_exit();
    EXPECT_EQ(held_->exit()->kind, ExitKind::kOk);
    EXPECT_TRUE(held_->exit()->stopped);
}

TEST_F(HeldAttemptTest, a_stop_that_was_noted_stays_one) {
    kit_.runtime("exit 0");
    accept(kit_.wanted(7));
    WantedAttempt stop = kit_.wanted(7);
    stop.wish = Wish::kStop;
    stop.wish_number = 1;
    ASSERT_TRUE(held_->note_wish(stop).ok());
    restart();
    EXPECT_EQ(held_->wanted().wish, Wish::kStop);
    stop.wish = Wish::kRun;
    stop.wish_number = 2;
    ASSERT_TRUE(held_->note_wish(stop).ok());
    EXPECT_EQ(held_->wanted().wish, Wish::kStop);
    check();
    EXPECT_EQ(held_->start(kit_.setup(), cache_, 0).error().code, Code::kWrongState);
}

TEST_F(HeldAttemptTest, says_how_it_ended) {
    begin("echo '{\"error\":{\"code\":\"invalid\",\"message\":\"loss is NaN\"}}' >&2; exit 3");
    run_to_exit();
    EXPECT_EQ(held_->exit()->kind, ExitKind::kError);
    EXPECT_EQ(held_->exit()->reason, "loss is NaN");
    EXPECT_EQ(held_->exit()->code, 3);
    ASSERT_TRUE(held_->purge().ok());
    begin("kill -9 $$");
    run_to_exit();
    EXPECT_EQ(held_->exit()->kind, ExitKind::kKilled) << held_->exit()->reason;
    EXPECT_EQ(held_->exit()->signal, SIGKILL);
    restart();
    ASSERT_TRUE(held_->exit()) << "it is on the disk";
    EXPECT_EQ(held_->exit()->signal, SIGKILL);
}

TEST_F(HeldAttemptTest, a_run_that_records_nothing_is_ended) {
    kit_.runtime("sleep 1000");
    WantedAttempt wanted = kit_.wanted(7);
    wanted.limits.silence = 0.3;
    accept(wanted);
    check();
    start();
    run_to_exit();
    EXPECT_EQ(held_->exit()->kind, ExitKind::kHung);
}

TEST_F(HeldAttemptTest, a_part_of_a_run_without_rank_0_runs_pauses_and_is_not_taken_for_hung) {
    kit_.runtime("until test -e logs/go; do sleep 0.02; done");
    WantedAttempt wanted = kit_.wanted(7);
    wanted.ranks = {.first_rank = 1, .ranks = 1, .world = 2, .rendezvous = "127.0.0.1:1"};
    wanted.limits.silence = 0.05;
    accept(wanted);
    check();
    start();
    EXPECT_EQ(held_->phase(), AttemptPhase::kRunning) << "the journal is at the node of rank 0";
    for (const StreamLength& stream : held_->status().streams)
        EXPECT_THAT(stream.name, HasSubstr("rank_1")) << "the other part has a stream of this name at the master";
    wanted.wish = Wish::kPause, wanted.wish_number = 1;
    ASSERT_TRUE(held_->note_wish(wanted));
    EXPECT_EQ(held_->phase(), AttemptPhase::kRunning) << "it was not told yet";
    ASSERT_TRUE(held_->send(Request::kPause));
    ASSERT_TRUE(held_->wish_carried_out(1));
    EXPECT_EQ(held_->phase(), AttemptPhase::kPaused);
    const double until = steady_seconds() + 0.3;
    drive_until([&] { return steady_seconds() > until; });
    EXPECT_FALSE(held_->exit());
    ASSERT_TRUE(write_file_atomic(held_->experiment_root() / "logs/go", ""));
    run_to_exit();
    EXPECT_EQ(held_->exit()->kind, ExitKind::kOk) << held_->exit()->reason;
}

TEST_F(HeldAttemptTest, a_run_that_takes_more_than_it_may_is_ended) {
    kit_.runtime("while true; do echo a long line of output, again and again and again; done");
    WantedAttempt wanted = kit_.wanted(7);
    wanted.limits.log = 2000;
    accept(wanted);
    check();
    start();
    run_to_exit();
    EXPECT_EQ(held_->exit()->kind, ExitKind::kError);
    EXPECT_THAT(held_->exit()->reason, HasSubstr("2000 are allowed; it was ended"));
    ASSERT_TRUE(held_->purge().ok());
    kit_.runtime("for i in 1 2 3 4 5 6; do head -c 20000 /dev/zero > checkpoints/$i; done; sleep 1000");
    wanted.limits = {.disk = 90'000};
    accept(wanted);
    check();
    start();
    run_to_exit();
    EXPECT_THAT(held_->exit()->reason, HasSubstr("90000 are allowed; it was ended"));
}

TEST_F(HeldAttemptTest, a_supervisor_that_was_killed_leaves_it_lost) {
    begin("touch logs/ready; sleep 876543");
    drive_until([&] { return is_there("logs/ready"); });
    const auto processes = read_processes(ExperimentFolder(held_->experiment_root()), 1).value();
    ASSERT_TRUE(processes);
    restart();
    ASSERT_EQ(::kill(processes->supervisor.pid, SIGKILL), 0);
    run_to_exit();
    EXPECT_EQ(held_->exit()->kind, ExitKind::kLost);
    testkit::drive([] { return !testkit::runs_somewhere("876543"); }, [] {});
    EXPECT_FALSE(testkit::runs_somewhere("876543")) << "neither the rank nor what is in its sandbox";
}

TEST_F(HeldAttemptTest, data_that_is_not_as_certified_is_not_used) {
    kit_.runtime("touch logs/ran");
    kit_.program("goetia",
                 "test \"$1 $2 $4\" = 'dataset certify --check' || exit 2; echo 'train bbbb  3 images'; echo 'not "
                 "certified: aaaa'; exit 8");
    WantedAttempt wanted = kit_.wanted(7);
    wanted.data[0].certificate = std::string(64, 'a');
    accept(wanted);
    check();
    ASSERT_TRUE(held_->exit());
    EXPECT_EQ(held_->exit()->kind, ExitKind::kError);
    EXPECT_THAT(held_->exit()->reason, HasSubstr("data 'train' at '"));
    EXPECT_THAT(held_->exit()->reason, HasSubstr("is not the data of the task, whose certificate is aaaa"));
    EXPECT_THAT(held_->exit()->reason, testing::EndsWith("; found train bbbb  3 images"));
    ASSERT_TRUE(held_->purge().ok());
    kit_.program("goetia", "exit 0");
    accept(wanted);
    check();
    EXPECT_TRUE(held_->checked());
}

TEST_F(HeldAttemptTest, what_can_never_start_ends_with_the_reason) {
    kit_.runtime("exit 0");
    WantedAttempt wanted = kit_.wanted(7);
    wanted.data.clear();  // the document names them
    accept(wanted);
    check();
    start();
    ASSERT_TRUE(held_->exit());
    EXPECT_THAT(held_->exit()->reason, HasSubstr("'@data/train' names data that the task does not bring"));
    ASSERT_TRUE(held_->purge().ok());
    kit_.setup().programs = kit_.folder() / "nowhere";
    accept(kit_.wanted(7));
    check();
    start();
    EXPECT_THAT(held_->exit()->reason, HasSubstr("this node has no 'goetia-runtime'"));
}

// What the code of a task could put into its folder, to have root write elsewhere.
TEST_F(HeldAttemptTest, the_run_cannot_replace_what_the_agent_writes) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs another user";
    begin(
        "rm -f journal/control.json journal/run.lock logs/agent.log; mv journal old; mv logs old; "
        "ln -s /etc/passwd journal/attempt_1.end.json; ln -s /etc/passwd logs/machine.jsonl; exit 0");
    run_to_exit();
    EXPECT_TRUE(is_there("journal/run.lock"));
    EXPECT_TRUE(is_there("logs/agent.log"));
    EXPECT_FALSE(is_there("old"));
    struct stat info{};
    ASSERT_EQ(::lstat((held_->experiment_root() / "journal/attempt_1.end.json").c_str(), &info), 0);
    EXPECT_TRUE(S_ISREG(info.st_mode)) << "the supervisor replaced the link, and did not follow it";
    EXPECT_EQ(held_->exit()->kind, ExitKind::kOk);
}

TEST(AttemptStoreTest, an_acceptance_that_was_interrupted_never_was) {
    const testkit::TemporaryFolder folder;
    folder.write("attempts/7/exp/journal/x", "");
    folder.write("attempts/notes.txt", "");
    EXPECT_TRUE(AttemptStore::list(folder / "attempts")->empty());
    EXPECT_FALSE(std::filesystem::exists(folder / "attempts/7"));
    EXPECT_TRUE(std::filesystem::exists(folder / "attempts/notes.txt"));
}

}  // namespace
}  // namespace goetia
