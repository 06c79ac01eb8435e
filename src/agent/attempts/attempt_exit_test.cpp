#include "agent/attempts/attempt_exit.h"

#include <csignal>

#include <gmock/gmock.h>

#include "launch/launch_plan.h"

namespace goetia {
namespace {

using testing::HasSubstr;

ExitEvidence failed_with(const std::string& message, std::vector<RankEnd> ranks = {}) {
    return {.end = failed("{}", message), .ranks = std::move(ranks)};
}

TEST(AttemptExitTest, ends_as_asked_are_ok) {
    EXPECT_EQ(exit_of({.end = LaunchEnd::kCompleted}).kind, ExitKind::kOk);
    EXPECT_FALSE(exit_of({.end = LaunchEnd::kCompleted}).stopped);
    for (const LaunchEnd end : {LaunchEnd::kStopped, LaunchEnd::kTerminated}) {
        EXPECT_EQ(exit_of({.end = end}).kind, ExitKind::kOk);
        EXPECT_TRUE(exit_of({.end = end}).stopped);
    }
    EXPECT_EQ(exit_of({.end = LaunchEnd::kKilled}).kind, ExitKind::kKilled);
}

TEST(AttemptExitTest, a_users_error_is_no_fault_of_the_machine) {
    const AttemptExit exit =
        exit_of(failed_with("loss is NaN", {{.rank = 1, .exit_code = 3}, {.rank = 0, .signal = SIGTERM}}));
    EXPECT_EQ(exit.kind, ExitKind::kError);
    EXPECT_EQ(exit.rank, 1);
    EXPECT_EQ(exit.code, 3);
    EXPECT_EQ(exit.reason, "loss is NaN");
    EXPECT_EQ(exit_of(failed_with("rank 0 crashed", {{.exit_code = 139, .signal = SIGSEGV}})).kind, ExitKind::kError);
}

TEST(AttemptExitTest, want_of_memory_is_told_from_a_kill) {
    const std::vector<RankEnd> killed = {{.exit_code = 137, .signal = SIGKILL}};
    EXPECT_EQ(exit_of(failed_with("rank 0 was killed", killed)).kind, ExitKind::kKilled);
    ExitEvidence evidence = failed_with("rank 0 was killed", killed);
    evidence.out_of_memory = true;
    EXPECT_EQ(exit_of(evidence).kind, ExitKind::kOom);
    EXPECT_EQ(exit_of(failed_with("CUDA out of memory. Tried to allocate", {{.exit_code = 1}})).kind, ExitKind::kOom);
    EXPECT_EQ(exit_of(failed_with("std::bad_alloc", {{.exit_code = 134, .signal = SIGABRT}})).kind, ExitKind::kOom);
}

TEST(AttemptExitTest, a_full_disk_is_the_machines) {
    const AttemptExit exit =
        exit_of(failed_with("hook 'checkpoint': cannot write 'last.pth': No space left on device", {{.exit_code = 1}}));
    EXPECT_EQ(exit.kind, ExitKind::kDiskFull);
    EXPECT_TRUE(info_of(exit.kind).infrastructure) << "it is tried again";
}

TEST(AttemptExitTest, a_gpu_that_failed_is_named) {
    ExitEvidence evidence = failed_with("CUDA error: unspecified", {{.exit_code = 1}});
    evidence.gpu_fault = "it fell off the bus";
    EXPECT_EQ(exit_of(evidence).kind, ExitKind::kGpuLost);
    EXPECT_EQ(exit_of(evidence).reason, "a GPU failed: it fell off the bus; CUDA error: unspecified");
    EXPECT_EQ(exit_of(failed_with("CUDA error: uncorrectable ECC error encountered")).kind, ExitKind::kGpuLost);
}

TEST(AttemptExitTest, without_a_word_it_is_lost) {
    ExitEvidence evidence = failed_with("ended without leaving a result");
    evidence.left_word = false;
    EXPECT_EQ(exit_of(evidence).kind, ExitKind::kLost);
}

TEST(AttemptExitTest, what_took_more_than_it_may_is_at_fault_itself) {
    const AttemptExit exit = exit_of({.end = LaunchEnd::kKilled, .limit_broken = "its folder holds 5 bytes"});
    EXPECT_EQ(exit.kind, ExitKind::kError);
    EXPECT_EQ(exit.reason, "its folder holds 5 bytes");
}

TEST(AttemptExitTest, silence_is_a_hang) {
    const AttemptExit exit = exit_of({.end = LaunchEnd::kKilled, .silent_for = 601.4});
    EXPECT_EQ(exit.kind, ExitKind::kHung);
    EXPECT_EQ(exit.reason, "it recorded nothing for 601 s and was ended");
}

}  // namespace
}  // namespace goetia
