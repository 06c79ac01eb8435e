// A parallel loop over the cores, with progress and cancellation.
#pragma once

#include <cstdint>
#include <functional>

#include "base/result.h"
#include "base/stop.h"

namespace goetia {

struct ParallelOptions {
    int threads = 0;  // 0: one per core
    // Called with the number of finished items, several times a second and once at the end, on the calling thread.
    std::function<void(std::int64_t done, std::int64_t all)> on_progress;
    StopToken stop;
};

// Calls work(0) ... work(count - 1), each once. They start in order and finish in any. The first error stops the loop
// and is returned; a stop request returns kCancelled.
Status parallel_for(std::int64_t count, const ParallelOptions& options,
                    const std::function<Status(std::int64_t)>& work);

}  // namespace goetia
