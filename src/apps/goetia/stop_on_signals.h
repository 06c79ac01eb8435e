// Ctrl-C and SIGTERM as a request to stop, for a command that tidies up behind itself.
#pragma once

#include <atomic>
#include <csignal>
#include <functional>
#include <thread>

#include "apps/goetia/command.h"
#include "base/files.h"
#include "base/result.h"
#include "base/stop.h"

namespace goetia::cli {

// While it lives, the first signal asks to stop and a second one ends the program at once. Make it before any thread:
// those that are made later leave the signals to it.
class StopOnSignals {
  public:
    StopOnSignals();
    ~StopOnSignals();
    StopOnSignals(const StopOnSignals&) = delete;
    StopOnSignals& operator=(const StopOnSignals&) = delete;

    [[nodiscard]] const StopToken& token() const { return token_; }
    [[nodiscard]] bool terminated() const { return signal_ == SIGTERM; }  // not by Ctrl-C

  private:
    void wait();

    StopToken token_;
    std::atomic<int> signal_{0};
    sigset_t before_{};
    FileDescriptor signals_, over_;
    std::thread waiter_;
};

// What `work` comes back with, which Ctrl-C and SIGTERM ask to stop: it says kCancelled then and has tidied up.
Result<Outcome> stoppable(const std::function<Result<Outcome>(const StopToken& stop)>& work);

}  // namespace goetia::cli
