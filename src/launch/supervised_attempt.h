// An attempt that runs independently of us, under a supervisor. It is followed through its files and the processes that
// they name; it may have been started by us or by another process, or may have ended long ago.
#pragma once

#include <memory>

#include "launch/attempt_files.h"
#include "launch/journal_tail.h"
#include "launch/running_attempt.h"

namespace goetia {

class SupervisedAttempt final : public RunningAttempt {
  public:
    SupervisedAttempt(ExperimentFolder folder, AttemptProcesses processes, LaunchObserver* observer);

    void watch(std::vector<pollfd>& watched) const override;
    [[nodiscard]] std::optional<double> deadline() const override;
    Status advance() override;
    Status send(Request request) override;
    Status kill() override;

    [[nodiscard]] int attempt() const { return processes_.attempt; }

  private:
    Status find_ranks();
    [[nodiscard]] Result<LaunchEnd> outcome() const;

    ExperimentFolder folder_;
    AttemptProcesses processes_;
    LaunchObserver* observer_;
    JournalTail tail_;
    FileDescriptor supervisor_;          // invalid once it is gone
    std::vector<FileDescriptor> ranks_;  // those that are still running
    bool stop_requested_ = false;
    bool killed_ = false;
    std::optional<double> last_resort_;  // when a supervisor that does not kill its ranks is killed itself
};

// The newest supervised attempt of an experiment, running or not. Null when there is none, or when it was started so
// recently that its files do not exist yet (the experiment's lock is held then). Its journal is reported to the
// observer from the beginning.
Result<std::unique_ptr<SupervisedAttempt>> find_attempt(const ExperimentFolder& folder, LaunchObserver* observer);

}  // namespace goetia
