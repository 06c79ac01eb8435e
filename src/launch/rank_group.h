// The ranks of one attempt as children of this process: starts, watches and stops them; they do not outlive us. The
// reactions to events are the table in watch.h. Only the ranks' output logs and the control file are added to the
// experiment folder. The caller holds the experiment's RunLock.
#pragma once

#include <memory>
#include <vector>

#include "launch/journal_tail.h"
#include "launch/rank_process.h"
#include "launch/running_attempt.h"
#include "launch/watch.h"

namespace goetia {

class RankGroup final : public RunningAttempt {
  public:
    // Starts all ranks, or none. Without an observer the journal is not followed.
    static Result<std::unique_ptr<RankGroup>> start(LaunchPlan plan, LaunchObserver* observer);
    ~RankGroup() override;  // kills and reaps the ranks that are left
    RankGroup(const RankGroup&) = delete;
    RankGroup& operator=(const RankGroup&) = delete;

    void watch(std::vector<pollfd>& watched) const override;
    [[nodiscard]] std::optional<double> deadline() const override;
    Status advance() override;
    Status send(Request request) override;
    Status kill() override;
    // Handles a user's signal: the first requests a stop, the second kills.
    Status interrupt(int signal);

    [[nodiscard]] const std::vector<RankProcess>& ranks() const { return ranks_; }  // those that are still running
    [[nodiscard]] const std::vector<RankEnd>& ends() const { return ends_; }  // those that have ended, in that order

  private:
    RankGroup(LaunchPlan plan, LaunchObserver* observer);
    Status start_ranks();
    Status reap();
    Status handle(WatchEvent event);
    Status execute(WatchEffect effect);
    void signal(int number) const;
    [[nodiscard]] Result<LaunchEnd> outcome() const;

    LaunchPlan plan_;
    LaunchObserver* observer_;
    JournalTail tail_;
    std::vector<RankProcess> ranks_;
    std::vector<RankEnd> ends_;
    WatchState state_ = WatchState::kRunning;
    std::optional<double> grace_until_;
    bool killed_on_request_ = false;
    bool terminated_ = false;
};

}  // namespace goetia
