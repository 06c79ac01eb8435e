// A running attempt, as an event loop drives it: file descriptors to watch, a time to return at, and advance(), which
// never blocks. The ranks of a RankGroup are our children; a SupervisedAttempt runs independently of us.
//
//   while (!attempt->verdict()) {
//       std::vector<pollfd> watched;
//       attempt->watch(watched);
//       ::poll(watched.data(), watched.size(), milliseconds_until(attempt->deadline()));
//       GOETIA_TRY(attempt->advance());
//   }
//
// Not thread-safe.
#pragma once

#include <optional>
#include <poll.h>
#include <vector>

#include "base/result.h"
#include "experiment/journal.h"
#include "launch/control.h"
#include "launch/launch_plan.h"

namespace goetia {

// Called from within advance(), and from the methods that send requests.
class LaunchObserver {
  public:
    virtual ~LaunchObserver() = default;
    virtual void on_record(const Record&) {}  // for every record of rank 0's journal, in order
    virtual void on_tick() {}                 // about ten times a second
    virtual void on_stopping() {}             // the ranks were asked to stop
};

class RunningAttempt {
  public:
    virtual ~RunningAttempt() = default;

    // Appends what poll() should watch. It changes: call it again before every poll.
    virtual void watch(std::vector<pollfd>& watched) const = 0;
    // When to return, by steady_seconds(), even if nothing that is watched has happened; empty: never.
    [[nodiscard]] virtual std::optional<double> deadline() const = 0;
    // Processes what has happened. An Error is one of ours (a damaged journal, a full disk), not that of a rank.
    virtual Status advance() = 0;

    // May be repeated: a second kStop has no effect.
    virtual Status send(Request request) = 0;
    // Kills the ranks at once; the last checkpoint remains.
    virtual Status kill() = 0;

    // How it ended, or the error of the rank at fault; empty while a rank is running.
    [[nodiscard]] const std::optional<Result<LaunchEnd>>& verdict() const { return verdict_; }

  protected:
    std::optional<Result<LaunchEnd>> verdict_;
};

// The timeout for poll(): -1 without a deadline.
int milliseconds_until(std::optional<double> deadline);

}  // namespace goetia
