// One piece of work for each number, on all cores, told as it goes on.
#pragma once

#include <cstdint>
#include <functional>

#include "base/result.h"
#include "base/stop.h"

namespace goetia {

struct ParallelOptions {
    int threads = 0;  // 0: one for each core
    // Hears how many are done, several times a second and once at the end, from the calling thread.
    std::function<void(std::int64_t done, std::int64_t all)> on_progress;
    StopToken stop;
};

// Calls work(0) ... work(count - 1), each once; they begin in order, and end in none. The first error ends it and is
// returned; a request to stop is kCancelled.
Status for_each_number(std::int64_t count, const ParallelOptions& options,
                       const std::function<Status(std::int64_t)>& work);

}  // namespace goetia
