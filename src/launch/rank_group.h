// The ranks of one attempt as children of this process: started, watched, stopped, and tied to our life. What happens
// when is the table in watch.h. The experiment folder is the truth: nothing is added to it but the ranks' output logs
// and the control file. The caller holds the experiment's RunLock.
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
    // Starts every rank, or none. Without an observer the journal is not followed.
    static Result<std::unique_ptr<RankGroup>> start(LaunchPlan plan, LaunchObserver* observer);
    ~RankGroup() override;  // no rank is left behind
    RankGroup(const RankGroup&) = delete;
    RankGroup& operator=(const RankGroup&) = delete;

    void watch(std::vector<pollfd>& watched) const override;
    [[nodiscard]] std::optional<double> deadline() const override;
    Status advance() override;
    Status ask(Request request) override;
    Status kill() override;
    // A person's signal: the first asks for a stop, the second kills.
    Status interrupt(int signal);

    [[nodiscard]] const std::vector<RankProcess>& ranks() const { return ranks_; }  // those that are left
    [[nodiscard]] const std::vector<RankEnd>& ends() const { return ends_; }        // the others, first to end first

  private:
    RankGroup(LaunchPlan plan, LaunchObserver* observer);
    Status start_ranks();
    Status reap();
    Status happened(WatchEvent event);
    Status carry_out(WatchEffect effect);
    void signal(int number) const;
    [[nodiscard]] Result<LaunchEnd> judge() const;

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
