// How far runs are, by their journals: each is read on from where it was read last. Safe to call from several threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "master/experiments/journaled_facts.h"
#include "protocol/status.h"

namespace goetia {

struct JournaledMetric {
    double last = 0, best = 0;
    std::int64_t step = 0;  // of the last value
};

struct JournaledProgress {
    std::int64_t step = 0, steps = 0;                 // steps: 0 when it is not known
    std::string state;                                // the last one journaled; empty: none yet
    std::map<std::string, std::int64_t> checkpoints;  // hash -> step
    std::map<std::string, JournaledMetric> metrics;   // values that are finite
    JournaledFacts facts;
};

class JournalProgress {
  public:
    JournalProgress();
    ~JournalProgress();
    // What the experiment's journals say by now.
    JournaledProgress read(Fence fence, const std::filesystem::path& experiment);
    // Whether what it says should be stored again: at most once a second, unless the run has ended.
    bool is_due(Fence fence);
    void forget(Fence fence);

  private:
    struct Followed;
    std::mutex mutex_;
    std::map<Fence, std::shared_ptr<Followed>> followed_;
};

}  // namespace goetia
