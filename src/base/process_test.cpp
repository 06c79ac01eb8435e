#include "base/process.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/clock.h"

namespace goetia {
namespace {

TEST(Process, captures_both_outputs_and_the_exit_code) {
    const auto done = run_process({.words = {"sh", "-c", "echo out; echo err >&2; exit 7"}});
    ASSERT_TRUE(done);
    EXPECT_EQ(done->output, "out\n");
    EXPECT_EQ(done->errors, "err\n");
    EXPECT_EQ(done->exit_code, 7);
    EXPECT_FALSE(done->timed_out);
}

TEST(Process, arguments_reach_the_child_unchanged) {
    const auto done = run_process({.words = {"printf", "%s|", "a b", "$HOME", "*", ""}});
    EXPECT_EQ(done->output, "a b|$HOME|*||");
}

TEST(Process, input_and_output_may_exceed_a_pipe_buffer) {
    const std::string much(1 << 20, 'y');
    const auto done = run_process({.words = {"cat"}, .input = much});
    EXPECT_EQ(done->output, much);
    EXPECT_EQ(done->exit_code, 0);
}

TEST(Process, a_child_that_reads_nothing_does_not_kill_us) {
    const auto done = run_process({.words = {"true"}, .input = std::string(1 << 20, 'y')});
    ASSERT_TRUE(done);
    EXPECT_EQ(done->exit_code, 0);
}

TEST(Process, environment_is_added_and_the_folder_is_changed) {
    ::setenv("GOETIA_TEST_KEPT", "kept", 1);
    ::setenv("GOETIA_TEST_NEW", "old", 1);
    const auto done = run_process({.words = {"sh", "-c", "echo $GOETIA_TEST_KEPT $GOETIA_TEST_NEW; pwd"},
                                   .environment = {{"GOETIA_TEST_NEW", "new"}},
                                   .folder = "/"});
    EXPECT_EQ(done->output, "kept new\n/\n");
}

TEST(Process, the_timeout_kills_the_child_and_its_children) {
    const double begun = steady_seconds();
    const auto done =
        run_process({.words = {"sh", "-c", "echo begun; sleep 60 & sleep 60; echo never"}, .timeout_seconds = 0.3});
    ASSERT_TRUE(done);
    EXPECT_TRUE(done->timed_out);
    EXPECT_EQ(done->exit_code, 128 + 9);
    EXPECT_EQ(done->output, "begun\n");
    EXPECT_LT(steady_seconds() - begun, 10);
}

TEST(Process, a_signal_is_reported_as_in_a_shell) {
    EXPECT_EQ(run_process({.words = {"sh", "-c", "kill -TERM $$"}})->exit_code, 128 + 15);
}

TEST(Process, a_program_that_cannot_be_started_is_an_error) {
    const auto done = run_process({.words = {"goetia-no-such-program"}});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Code::kNotFound);
    EXPECT_EQ(done.error().message, "cannot start 'goetia-no-such-program': No such file or directory");
    EXPECT_FALSE(run_process({.words = {"true"}, .folder = "/no/such/folder"}));
}

TEST(Process, reports_each_line_of_errors_as_it_comes) {
    std::vector<std::string> lines;
    Command command{.words = {"sh", "-c", "printf 'one\\ntw' >&2; sleep 0.05; printf 'o\\nrest' >&2; echo out"}};
    command.on_error_line = [&lines](const std::string& line) { lines.push_back(line); };
    const auto done = run_process(command);
    ASSERT_TRUE(done);
    EXPECT_EQ(lines, (std::vector<std::string>{"one", "two"}));
    EXPECT_EQ(done->errors, "one\ntwo\nrest");
}

TEST(Process, programs_are_found_only_in_path) {
    EXPECT_TRUE(std::filesystem::exists(find_program("sh")));
    EXPECT_EQ(find_program("goetia-no-such-program"), "");
    EXPECT_EQ(find_program("/bin/sh"), "/bin/sh");
    EXPECT_EQ(find_program("/bin/no-such-program"), "");
    EXPECT_EQ(own_folder(), std::filesystem::path(GOETIA_BUILD_DIR) / "tests");
}

}  // namespace
}  // namespace goetia
