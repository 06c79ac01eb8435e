// One rank's process, a child of ours tied to our life (spawn.h): what it prints is kept in a log, its last part in
// memory too (a full disk must not swallow the reason).
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

// How a rank ended: an exit code, or 128 + n when signal n ended it.
struct RankEnd {
    int rank = 0;
    int exit_code = 0;
    int signal = 0;          // 0: it ended by itself
    std::string last_words;  // the end of what it printed
    bool asked = false;      // it ended after we had told it to, because another had failed

    [[nodiscard]] bool as_it_should() const { return signal == 0 && (exit_code == 0 || exit_code == 130); }
};

// Where its launcher keeps what a rank prints.
std::filesystem::path rank_log(const std::filesystem::path& logs, int rank);

// The error a rank told in the last line of its output ({"error": {...}}), if it did.
std::optional<Error> told_error(const std::string& last_words);

// One error for the whole attempt. A rank that a signal ended unasked is to blame before the ones that told an error,
// for those may only have lost it; a rank that fell because another was gone ("unavailable") or because we ended it is
// to blame last. Among equals it is the first to end.
Error blame(const std::vector<RankEnd>& ends, const std::filesystem::path& logs);

class RankProcess {
  public:
    struct Start {
        int rank = 0;
        std::vector<std::string> words;
        std::map<std::string, std::string> environment;  // added to ours
        std::filesystem::path log;                       // appended to
        std::filesystem::path folder = {};               // where it starts; empty: where we are
        std::string input = {};                          // on its standard input
    };
    static Result<RankProcess> start(const Start& start);

    [[nodiscard]] int process_fd() const { return spawned_.process.get(); }  // readable when it has ended
    [[nodiscard]] int output_fd() const { return output_.get(); }            // -1 once it is closed
    [[nodiscard]] int rank() const { return rank_; }
    [[nodiscard]] pid_t pid() const { return spawned_.pid; }

    void read_output();              // what is there, without waiting
    std::optional<RankEnd> ended();  // reaps it, once; without waiting
    void signal(int number) const;   // to its whole process group
    void kill_and_wait();            // what is left of it, for who gives up on it

  private:
    int rank_ = 0;
    Spawned spawned_;
    FileDescriptor output_;
    FileDescriptor log_;
    std::string last_words_;
};

}  // namespace goetia
