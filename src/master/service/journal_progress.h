// How far runs are, by their journals: each is read on from where it was read last. Safe to call from several threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "master/experiments/journaled_facts.h"
#include "master/service/live_points.h"
#include "master/service/run_pace.h"
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
    RunPace pace;
};

// Who is told of points as they are read; called by one thread at a time for each run.
struct PointListener {
    std::function<bool(const std::string& experiment)> wants;
    std::function<void(const std::string& experiment, std::vector<LivePoint> points)> on_points;
    // Points were read before anybody could be told of them: after a start, and of a new attempt.
    std::function<void(const std::string& experiment)> on_gap;
};

class JournalProgress {
  public:
    explicit JournalProgress(PointListener listener);
    ~JournalProgress();
    // What the experiment's journals say by now.
    JournaledProgress read(Fence fence, const std::filesystem::path& experiment);
    // Whether what it says should be stored again: at most once a second, unless the run has ended.
    bool is_due(Fence fence);
    void forget(Fence fence);
    [[nodiscard]] std::uint64_t points() const { return points_; }  // read since the start

  private:
    struct Followed;
    PointListener listener_;
    std::atomic<std::uint64_t> points_{0};
    std::mutex mutex_;
    std::map<Fence, std::shared_ptr<Followed>> followed_;
};

}  // namespace goetia
