// A program that is kept running: started again whenever it ends, sooner or later as it lived long or short, until it
// is asked to end. It ends with this process, however that ends.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "launch/spawn.h"

namespace goetia::cli {

// Seconds from the end of a program to its next start: none for one that ran for a while; doubled with each that ends
// within seconds. `failures` is how many of these there were, and is brought up to date.
double wait_before_restart(double ran_for, int& failures);

class KeptProgram {
  public:
    // The command line of the next start.
    using Words = std::function<Result<std::vector<std::string>>()>;

    // Its output is appended to `log`; a large one becomes LOG.1 first.
    KeptProgram(std::string name, Words words, std::filesystem::path log)
        : name_(std::move(name)), words_(std::move(words)), log_(std::move(log)) {}
    ~KeptProgram();
    KeptProgram(const KeptProgram&) = delete;
    KeptProgram& operator=(const KeptProgram&) = delete;

    Status start();
    // Notes an end, and starts it again when that is due. What happened, in a sentence; empty: nothing did.
    Result<std::string> advance(double now);
    // SIGTERM, then SIGKILL to what still runs at `until`, by steady_seconds(). It is not started again.
    void end(double until);

    [[nodiscard]] bool runs() const { return running_.has_value(); }
    [[nodiscard]] pid_t pid() const { return running_ ? running_->pid : -1; }
    // How the last one ended: "exit code 3", "signal 9".
    [[nodiscard]] const std::string& ending() const { return ending_; }
    [[nodiscard]] int exit_code() const { return exit_code_; }  // -1: by a signal, or it never ended
    // What the last one wrote, its end.
    [[nodiscard]] std::string last_words() const;

  private:
    bool reap(bool wait);

    std::string name_;
    Words words_;
    std::filesystem::path log_;
    std::optional<Spawned> running_;
    std::string ending_;
    int exit_code_ = -1, failures_ = 0;
    double started_ = 0, next_start_ = 0;
    std::size_t log_before_ = 0;  // bytes of the log when it was started
};

}  // namespace goetia::cli
