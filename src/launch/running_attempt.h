// An attempt that runs, as an event loop drives it: descriptors to watch, a time to come back at, and advance(), which
// never waits. RankGroup is one whose ranks are our children; FoundAttempt one that runs without us.
//
//   while (!attempt->verdict()) {
//       std::vector<pollfd> watched;
//       attempt->watch(watched);
//       ::poll(watched.data(), watched.size(), milliseconds_until(attempt->deadline()));
//       GOETIA_TRY(attempt->advance());
//   }
//
// Not for two threads at once.
#pragma once

#include <optional>
#include <poll.h>
#include <vector>

#include "base/result.h"
#include "experiment/journal.h"
#include "launch/control.h"
#include "launch/launch_plan.h"

namespace goetia {

// Called from within advance(), and from ask() and its like.
class LaunchObserver {
  public:
    virtual ~LaunchObserver() = default;
    virtual void on_record(const Record&) {}  // every record of rank 0's journal, in order
    virtual void on_tick() {}                 // about ten times a second
    virtual void on_stopping() {}             // the ranks were asked to stop
};

class RunningAttempt {
  public:
    virtual ~RunningAttempt() = default;

    // Appends what poll() is to watch. They change: ask again before every poll.
    virtual void watch(std::vector<pollfd>& watched) const = 0;
    // When to come back, by steady_seconds(), although nothing that is watched has happened; nothing: never.
    [[nodiscard]] virtual std::optional<double> deadline() const = 0;
    // Takes in what has happened and does what follows from it. An Error is one of our own (a damaged journal, a disk
    // that is full), not of a rank.
    virtual Status advance() = 0;

    // May be repeated: a second kStop changes nothing.
    virtual Status ask(Request request) = 0;
    // Ends the ranks at once; the last checkpoint stands.
    virtual Status kill() = 0;

    // How it ended, or the error of the rank to blame; nothing while a rank is left.
    [[nodiscard]] const std::optional<Result<LaunchEnd>>& verdict() const { return verdict_; }

  protected:
    std::optional<Result<LaunchEnd>> verdict_;
};

// For poll(): -1 without a deadline.
int milliseconds_until(std::optional<double> deadline);

}  // namespace goetia
