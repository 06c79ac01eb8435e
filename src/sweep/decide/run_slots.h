// How many runs a machine has at a time, and which devices each of them gets.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace goetia {

struct DeviceBudget {
    std::vector<std::string> gpus;              // as CUDA_VISIBLE_DEVICES names them
    int cores = 1;                              // of this machine
    int ranks = 1;                              // of a run
    std::optional<std::int64_t> jobs;           // at a time
    std::optional<std::int64_t> gpus_per_run;   // none: one for each rank
    std::optional<std::int64_t> cores_per_run;  // none: the cores are shared
};

struct RunSlot {
    std::vector<std::string> gpus;  // empty: the run sees those that this program sees
    int cores = 1;
};

// By --jobs, else as many as there are GPUs for, else as many as there are cores for, else one. More jobs than GPUs
// share them in turn, unless a number of GPUs for each run was asked for.
Result<std::vector<RunSlot>> run_slots(const DeviceBudget& budget);

}  // namespace goetia
