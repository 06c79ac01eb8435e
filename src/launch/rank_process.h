// The process of one rank, a child that does not outlive us (spawn.h). Its output is written to a log; the last part is
// kept in memory, too, in case the disk is full.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "launch/spawn.h"

namespace goetia {

// How a rank ended: with an exit code, which is 128 + n when signal n ended it.
struct RankEnd {
    int rank = 0;
    int exit_code = 0;
    int signal = 0;            // 0: it exited by itself
    std::string output_tail;   // the end of its output
    bool ended_by_us = false;  // it ended after we had signalled it: another had failed, or on request

    [[nodiscard]] bool ended_normally() const { return signal == 0 && (exit_code == 0 || exit_code == 130); }
};

// The file to which the launcher writes the output of a rank.
std::filesystem::path rank_log(const std::filesystem::path& logs, int rank);

// The error that a rank reported in the last line of its output ({"error": {...}}), if any.
std::optional<Error> reported_error(const std::string& output_tail);

// One error for the whole attempt. The likeliest cause is a rank ended by a signal that we did not send; then come
// those that reported an error, which may only have lost that rank; last those that failed because another was gone
// ("unavailable") or because we ended them. Among equals it is the first to end.
Error attempt_error(const std::vector<RankEnd>& ends, const std::filesystem::path& logs);

class RankProcess {
  public:
    struct Start {
        int rank = 0;
        std::vector<std::string> words;
        std::map<std::string, std::string> environment;  // added to ours
        std::filesystem::path log;                       // appended to
        std::filesystem::path folder = {};               // the working folder; empty: the current one
        std::string input = {};                          // passed on standard input
    };
    static Result<RankProcess> start(const Start& start);

    [[nodiscard]] int process_fd() const { return spawned_.process.get(); }  // a pidfd: readable when it has ended
    [[nodiscard]] int output_fd() const { return output_.get(); }            // -1 once it is closed
    [[nodiscard]] int rank() const { return rank_; }
    [[nodiscard]] pid_t pid() const { return spawned_.pid; }

    void read_output();              // reads what is available, without blocking
    std::optional<RankEnd> ended();  // reaps it, once, without blocking
    void signal(int number) const;   // sends to its whole process group
    void kill_and_wait();            // kills and reaps what is left of it

  private:
    int rank_ = 0;
    Spawned spawned_;
    FileDescriptor output_;
    FileDescriptor log_;
    std::string output_tail_;
};

}  // namespace goetia
