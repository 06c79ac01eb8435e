#include "apps/goetia/kept_program.h"

#include <chrono>
#include <csignal>
#include <thread>

#include <gmock/gmock.h>

#include "base/clock.h"
#include "testkit/temporary_folder.h"

namespace goetia::cli {
namespace {

using testing::HasSubstr;

TEST(WaitBeforeRestart, GrowsWhileProgramsEndAtOnceAndIsNoneForOneThatRan) {
    int failures = 0;
    EXPECT_DOUBLE_EQ(wait_before_restart(0.1, failures), 0.2);
    EXPECT_DOUBLE_EQ(wait_before_restart(0.1, failures), 0.4);
    for (int i = 0; i < 20; ++i) wait_before_restart(0.1, failures);
    EXPECT_DOUBLE_EQ(wait_before_restart(0.1, failures), 30);
    EXPECT_DOUBLE_EQ(wait_before_restart(100, failures), 0);
    EXPECT_DOUBLE_EQ(wait_before_restart(0.1, failures), 0.2);
}

class KeptProgramTest : public testing::Test {
  protected:
    KeptProgram::Words shell(const std::string& script) {
        return [script]() -> Result<std::vector<std::string>> { return std::vector<std::string>{"sh", "-c", script}; };
    }
    // Advances until something is said.
    std::string said_by(KeptProgram& program) {
        for (const double until = steady_seconds() + 20; steady_seconds() < until;) {
            const auto said = program.advance(steady_seconds());
            if (!said) return said.error().message;
            if (!said->empty()) return *said;
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return "nothing";
    }

    testkit::TemporaryFolder folder_;
};

TEST_F(KeptProgramTest, IsStartedAgainWhenItIsKilled) {
    KeptProgram program("the sleeper", shell("exec sleep 100"), folder_ / "log");
    ASSERT_TRUE(program.start());
    const pid_t first = program.pid();
    ::kill(first, SIGKILL);
    EXPECT_THAT(said_by(program), HasSubstr("the sleeper ended with signal 9"));
    EXPECT_FALSE(program.runs());
    while (!program.runs()) ASSERT_TRUE(program.advance(steady_seconds()));
    EXPECT_NE(program.pid(), first);
}

TEST_F(KeptProgramTest, SaysHowItEndedWithItsOwnLastWords) {
    folder_.write("log", "of another day\n");
    KeptProgram program("it", shell("echo no room >&2; exit 7"), folder_ / "log");
    ASSERT_TRUE(program.start());
    EXPECT_THAT(said_by(program), HasSubstr("exit code 7"));
    EXPECT_EQ(program.exit_code(), 7);
    EXPECT_EQ(program.last_words(), "no room\n");
}

TEST_F(KeptProgramTest, EndsWhenItIsAskedToOrIsKilledWhenItsTimeIsUp) {
    KeptProgram polite("it", shell("trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.01; done"),
                       folder_ / "polite");
    ASSERT_TRUE(polite.start());
    while (polite.last_words() != "ready\n") std::this_thread::sleep_for(std::chrono::milliseconds(5));
    polite.end(steady_seconds() + 20);
    EXPECT_EQ(polite.exit_code(), 0);
    EXPECT_EQ(polite.last_words(), "ready\nbye\n");
    KeptProgram deaf("it", shell("trap '' TERM; echo ready; while :; do sleep 0.01; done"), folder_ / "deaf");
    ASSERT_TRUE(deaf.start());
    while (deaf.last_words() != "ready\n") std::this_thread::sleep_for(std::chrono::milliseconds(5));
    deaf.end(steady_seconds() + 0.2);
    EXPECT_EQ(deaf.ending(), "signal 9");
}

TEST_F(KeptProgramTest, TriesAgainWhenItCannotBeStarted) {
    KeptProgram program(
        "it", []() -> Result<std::vector<std::string>> { return std::vector<std::string>{"/nowhere"}; },
        folder_ / "log");
    EXPECT_THAT(program.start().error().message, HasSubstr("/nowhere"));
    EXPECT_THAT(said_by(program), HasSubstr("/nowhere"));
}

}  // namespace
}  // namespace goetia::cli
