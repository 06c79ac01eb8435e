#include "launch/launcher.h"

#include <csignal>
#include <gtest/gtest.h>
#include <unistd.h>

#include "testkit/fake_runtime.h"

namespace goetia {
namespace {

class Launcher : public testing::Test {
  protected:
    [[nodiscard]] LaunchPlan plan(const std::string& script, int world = 1) const { return run_.plan(script, world); }
    [[nodiscard]] std::string file(const std::string& name) const { return run_.file(name); }

    testkit::FakeRuntime run_;
    const testkit::TemporaryFolder& folder_ = run_.folder();
    LaunchObserver quiet_;
};

// Interrupts the launcher, as a terminal does, once the ranks have created `sign` files.
struct Interrupter : LaunchObserver {
    Interrupter(std::filesystem::path sign, int times, int number = SIGINT)
        : sign_(std::move(sign)), left_(times), number_(number) {}
    void on_tick() override {
        if (left_ == 0 || !std::filesystem::exists(sign_)) return;
        --left_;
        ::kill(::getpid(), number_);
    }
    void on_stopping() override { ++reported; }
    int reported = 0;

  private:
    std::filesystem::path sign_;
    int left_;
    int number_;
};

using testkit::kUntilStop;

TEST_F(Launcher, a_completed_run) {
    EXPECT_EQ(launch(plan("echo \"$@\" > words; echo $GOETIA_RANK of $GOETIA_WORLD $OMP_WAIT_POLICY > place"), quiet_)
                  .value(),
              LaunchEnd::kCompleted);
    EXPECT_EQ(file("words"), fmt::format("train --folder {} --attempt 1\n", (folder_ / "exp").string()));
    EXPECT_EQ(file("place"), "0 of 1 PASSIVE\n");
}

TEST_F(Launcher, a_resumed_run_names_its_checkpoint) {
    LaunchPlan resumed = plan("echo \"$@\" > words");
    resumed.attempt = 2;
    resumed.resume = "/checkpoints/last.pth";
    EXPECT_EQ(launch(resumed, quiet_).value(), LaunchEnd::kCompleted);
    EXPECT_TRUE(file("words").ends_with("--attempt 2 --resume /checkpoints/last.pth\n"));
}

TEST_F(Launcher, an_interrupt_requests_a_stop_through_the_control_file) {
    Interrupter once(folder_ / "exp/ready", 1);
    EXPECT_EQ(launch(plan(kUntilStop), once).value(), LaunchEnd::kStopped);
    EXPECT_EQ(once.reported, 1);
}

TEST_F(Launcher, sigterm_requests_a_stop_and_is_reported_as_such) {
    Interrupter once(folder_ / "exp/ready", 1, SIGTERM);
    EXPECT_EQ(launch(plan(kUntilStop), once).value(), LaunchEnd::kTerminated);
}

TEST_F(Launcher, a_second_interrupt_kills) {
    Interrupter twice(folder_ / "exp/ready", 2);
    EXPECT_EQ(launch(plan("touch ready; sleep 100"), twice).value(), LaunchEnd::kKilled);
}

TEST_F(Launcher, a_stop_of_the_previous_attempt_is_cleared) {
    Interrupter once(folder_ / "exp/ready", 1);
    ASSERT_EQ(launch(plan(kUntilStop), once).value(), LaunchEnd::kStopped);
    EXPECT_EQ(launch(plan("grep -q none journal/control.json && exit 0; exit 1"), quiet_).value(),
              LaunchEnd::kCompleted);
}

TEST_F(Launcher, the_error_of_a_rank_is_reported) {
    const auto end =
        launch(plan("echo 'something human' >&2\necho '{\"error\":{\"code\":\"invalid\",\"message\":\"loss is NaN at "
                    "step 7\"}}' >&2\nexit 3"),
               quiet_);
    ASSERT_FALSE(end.ok());
    EXPECT_EQ(end.error().code, Code::kInvalid);
    EXPECT_EQ(end.error().message, "loss is NaN at step 7");
    EXPECT_TRUE(file("logs/stderr_rank_0.log").starts_with("something human\n"));
}

TEST_F(Launcher, when_a_rank_dies_the_others_are_ended_and_its_error_is_reported) {
    const auto end = launch(plan("test $GOETIA_RANK = 1 && kill -9 $$\ntouch ready; sleep 100", 3), quiet_);
    ASSERT_FALSE(end.ok());
    EXPECT_NE(end.error().message.find("rank 1 was killed (signal 9)"), std::string::npos) << end.error().message;
}

TEST_F(Launcher, a_rank_that_does_not_end_is_killed_after_the_grace_period) {
    const auto end =
        launch(plan("trap '' TERM; test $GOETIA_RANK = 1 && exit 1\nwhile true; do sleep 0.1; done", 2), quiet_);
    ASSERT_FALSE(end.ok());
    EXPECT_NE(end.error().message.find("rank 1 ended with exit code 1"), std::string::npos) << end.error().message;
}

TEST_F(Launcher, ranks_meet_at_one_store_and_each_has_its_number) {
    EXPECT_EQ(launch(plan("echo $GOETIA_STORE > store_$GOETIA_RANK", 2), quiet_).value(), LaunchEnd::kCompleted);
    EXPECT_EQ(file("store_0"), file("store_1"));
    EXPECT_TRUE(file("store_0").starts_with("127.0.0.1:"));
}

TEST_F(Launcher, the_journal_of_rank_zero_reaches_the_observer_to_its_last_record) {
    struct Counter : LaunchObserver {
        void on_record(const Record& record) override { sequences.push_back(record.sequence); }
        std::vector<std::uint64_t> sequences;
    } counter;
    {
        auto writer = JournalWriter::create(folder_ / "prepared", {{"attempt", 1}});
        ASSERT_TRUE(writer.ok()) << to_string(writer.error());
        for (int i = 0; i < 20; ++i) ASSERT_TRUE((*writer)->append(RecordType::kNote, {{"kind", "test"}}).ok());
        ASSERT_TRUE((*writer)->flush().ok());
    }
    EXPECT_EQ(launch(plan("head -c 100 ../prepared > journal/attempt_1.journal; sleep 0.3; tail -c +101 ../prepared >> "
                          "journal/attempt_1.journal"),
                     counter)
                  .value(),
              LaunchEnd::kCompleted);
    ASSERT_EQ(counter.sequences.size(), 21U);
    for (std::size_t i = 1; i < counter.sequences.size(); ++i)
        EXPECT_EQ(counter.sequences[i], counter.sequences[i - 1] + 1);
}

}  // namespace
}  // namespace goetia
