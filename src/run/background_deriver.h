// Derives an experiment's readable files in a thread of its own during the run, so that neither a slow disk nor a slow
// plot blocks the thread that watches the ranks and reads their output.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "run/derive.h"

namespace goetia {

class BackgroundDeriver {
  public:
    // Starts when the journal of `attempt` exists; updates every `seconds`.
    BackgroundDeriver(ExperimentFolder folder, int attempt, const DeriveOptions& options, double seconds = 2);
    ~BackgroundDeriver();  // like stop()
    BackgroundDeriver(const BackgroundDeriver&) = delete;
    BackgroundDeriver& operator=(const BackgroundDeriver&) = delete;

    // Afterwards no file is written; waits for a plot in progress.
    void stop();
    // Called after the attempt: completes all files. Only an error that persists is returned.
    Result<std::vector<std::string>> finish();  // why plots could not be drawn, each message once

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
