// Derives an experiment's readable files in a thread of its own while the run goes on, so that neither a slow disk nor
// a slow drawing holds up who watches the ranks and drains their output.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "run/derive.h"

namespace goetia {

class DeriveBeside {
  public:
    // Begins when the journal of `attempt` is there; looks for news every `seconds`.
    DeriveBeside(ExperimentFolder folder, int attempt, const DeriveOptions& options, double seconds = 2);
    ~DeriveBeside();  // as stop()
    DeriveBeside(const DeriveBeside&) = delete;
    DeriveBeside& operator=(const DeriveBeside&) = delete;

    // No file is touched any more; waits for a drawing that is under way.
    void stop();
    // The attempt is over: everything is whole. A fault that came earlier counts only when it is still there.
    Result<std::vector<std::string>> finish();  // why pictures could not be drawn, each sentence once

  private:
    void work();

    ExperimentFolder folder_;
    int attempt_;
    DeriveOptions options_;
    double seconds_;
    std::unique_ptr<Deriver> deriver_;  // the thread's, until it has ended
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace goetia
