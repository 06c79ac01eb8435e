// The cost of one logged metric to the training thread, for `goetia bench` and for the test that keeps it below a
// microsecond.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"

namespace goetia {

struct LogCost {
    std::vector<double> rounds;  // nanoseconds of the calling thread's CPU time per log(), one figure per round
    [[nodiscard]] double best() const;
    [[nodiscard]] double median() const;
};

// Writes a journal of its own in `folder` and removes it. A round logs 4096 points as training would: the writer's
// thread has drained the ring before the next begins.
Result<LogCost> measure_log_cost(const std::filesystem::path& folder, int rounds);

}  // namespace goetia
