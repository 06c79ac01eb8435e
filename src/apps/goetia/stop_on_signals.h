// Ctrl-C and SIGTERM as stop requests, for a command that cleans up after itself.
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

// While an instance exists, the first signal requests a stop and a second one ends the program at once. Create it
// before any thread: threads created later do not receive these signals.
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

// Runs `work`, which Ctrl-C and SIGTERM ask to stop: it then cleans up and returns kCancelled.
Result<Outcome> stoppable(const std::function<Result<Outcome>(const StopToken& stop)>& work);

}  // namespace goetia::cli
