#include "launch/rank_process.h"

#include <csignal>
#include <gtest/gtest.h>
#include <poll.h>

#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

RankEnd wait_for(RankProcess& rank) {
    while (true) {
        pollfd ended{rank.process_fd(), POLLIN, 0};
        ::poll(&ended, 1, 100);
        rank.read_output();
        if (std::optional<RankEnd> end = rank.ended()) return *end;
    }
}

RankEnd run_shell(const testkit::TemporaryFolder& folder, const std::string& script, int signal = 0) {
    auto rank = RankProcess::start(
        {.rank = 1, .words = {"sh", "-c", script}, .environment = {{"GREETING", "hello"}}, .log = folder / "log"});
    EXPECT_TRUE(rank.ok());
    if (signal != 0) rank->signal(signal);
    return wait_for(*rank);
}

TEST(RankProcess, both_outputs_go_to_the_log_and_are_kept_in_memory) {
    const testkit::TemporaryFolder folder;
    const RankEnd end = run_shell(folder, "echo $GREETING; echo oh >&2; exit 3");
    EXPECT_EQ(end.rank, 1);
    EXPECT_EQ(end.exit_code, 3);
    EXPECT_EQ(end.output_tail, "hello\noh\n");
    EXPECT_EQ(read_file(folder / "log").value(), "hello\noh\n");
    EXPECT_FALSE(end.ended_normally());
}

TEST(RankProcess, an_attempt_appends_to_the_log_of_the_previous_one) {
    const testkit::TemporaryFolder folder;
    run_shell(folder, "echo one");
    run_shell(folder, "echo two");
    EXPECT_EQ(read_file(folder / "log").value(), "one\ntwo\n");
}

TEST(RankProcess, a_signal_reaches_its_children_too) {
    const testkit::TemporaryFolder folder;
    const RankEnd end = run_shell(folder, "sleep 100 & wait", SIGKILL);
    EXPECT_EQ(end.signal, SIGKILL);
    EXPECT_EQ(end.exit_code, 137);
}

TEST(RankProcess, a_program_that_cannot_be_started_is_named) {
    const testkit::TemporaryFolder folder;
    const auto rank = RankProcess::start({.words = {"/nowhere/goetia-runtime"}, .log = folder / "log"});
    ASSERT_FALSE(rank.ok());
    EXPECT_EQ(rank.error().message, "cannot start '/nowhere/goetia-runtime': No such file or directory");
}

TEST(ReportedError, is_the_last_line_if_it_is_an_error_object) {
    const std::string words =
        "loss is NaN\n"
        R"({"error":{"code":"invalid","message":"no data","faults":[{"path":"dataset","message":"missing","line":3}]}})"
        "\n";
    const auto error = reported_error(words);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code, Code::kInvalid);
    EXPECT_EQ(error->message, "no data");
    ASSERT_EQ(error->faults.size(), 1U);
    EXPECT_EQ(error->faults[0].line, 3);
}

TEST(ReportedError, is_empty_otherwise) {
    EXPECT_FALSE(reported_error(""));
    EXPECT_FALSE(reported_error("\n\n"));
    EXPECT_FALSE(reported_error("Segmentation fault\n"));
    EXPECT_FALSE(reported_error("{\"loss\": 1}\n"));
    EXPECT_FALSE(reported_error("{\"error\": {\"message\": 7}}\n"));
    EXPECT_FALSE(reported_error(R"({"error":{"message":"early"}})"
                                "\nlater output\n"));
}

RankEnd reported(int rank, const std::string& code, const std::string& message) {
    return {.rank = rank,
            .exit_code = 1,
            .output_tail = fmt::format(R"({{"error":{{"code":"{}","message":"{}"}}}})", code, message)};
}

TEST(AttemptError, is_that_of_the_cause_and_not_of_those_that_lost_it) {
    const RankEnd lost = reported(0, "unavailable", "rank 1 does not answer");
    const RankEnd fell = reported(0, "failed", "connection closed by peer");
    EXPECT_EQ(attempt_error({lost, reported(1, "failed", "loss is NaN")}, "logs").message, "loss is NaN");
    EXPECT_EQ(attempt_error({reported(1, "failed", "loss is NaN"), fell}, "logs").message, "loss is NaN")
        << "the first to end";
    const RankEnd killed{.rank = 1, .exit_code = 137, .signal = SIGKILL};
    EXPECT_EQ(attempt_error({fell, killed}, "logs").message,
              "rank 1 was killed (signal 9), often because memory ran out; see 'logs/stderr_rank_1.log'");
    RankEnd ended{.rank = 0, .exit_code = 143, .signal = SIGTERM};
    ended.ended_by_us = true;
    EXPECT_EQ(attempt_error({ended, lost}, "logs").message, "rank 1 does not answer") << "rank 0 was ended by us";
}

TEST(AttemptError, contains_the_last_lines_of_a_rank_without_a_reason) {
    const RankEnd end{.rank = 0, .exit_code = 1, .output_tail = "one\ntwo\nthree\nfour\nfive\nsix\n"};
    EXPECT_EQ(attempt_error({end}, "logs").message,
              "rank 0 ended with exit code 1 and gave no reason; see 'logs/stderr_rank_0.log', its last lines:\n"
              "two\nthree\nfour\nfive\nsix");
}

}  // namespace
}  // namespace goetia
