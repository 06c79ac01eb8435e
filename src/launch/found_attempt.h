// An attempt that runs without us, under a supervisor: followed through its files and the processes that they name.
// It may have been started by us, by another process that is gone, or may have ended long ago.
#pragma once

#include <memory>

#include "launch/attempt_files.h"
#include "launch/journal_tail.h"
#include "launch/running_attempt.h"

namespace goetia {

class FoundAttempt final : public RunningAttempt {
  public:
    FoundAttempt(ExperimentFolder folder, AttemptProcesses processes, LaunchObserver* observer);

    void watch(std::vector<pollfd>& watched) const override;
    [[nodiscard]] std::optional<double> deadline() const override;
    Status advance() override;
    Status ask(Request request) override;
    Status kill() override;

    [[nodiscard]] int attempt() const { return processes_.attempt; }

  private:
    Status look_for_ranks();
    [[nodiscard]] Result<LaunchEnd> judge() const;

    ExperimentFolder folder_;
    AttemptProcesses processes_;
    LaunchObserver* observer_;
    JournalTail tail_;
    FileDescriptor supervisor_;          // not valid once it is gone
    std::vector<FileDescriptor> ranks_;  // those that are left
    bool stop_asked_ = false;
    bool killed_ = false;
    std::optional<double> last_resort_;  // when a supervisor that does not kill its ranks is killed itself
};

// The newest attempt of an experiment that was started under a supervisor, running or not; null when none was, or when
// it was started so lately that it is not named yet (the experiment's lock is held then). Its journal is told to the
// observer from the beginning.
Result<std::unique_ptr<FoundAttempt>> find_attempt(const ExperimentFolder& folder, LaunchObserver* observer);

}  // namespace goetia
