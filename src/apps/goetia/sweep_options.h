// The options of `goetia train --multirun` that choose how a sweep searches, and on which devices.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sweep/decide/strategy.h"

namespace goetia::cli {

class Command;

struct SweepOptions {
    std::string strategy = "grid";
    std::optional<std::int64_t> trials;
    std::int64_t seed = 0;
    std::string metric;
    std::string mode = "auto";
    std::optional<std::int64_t> eta;
    std::int64_t first_rung = 1;
    std::optional<std::int64_t> jobs, gpus_per_run, cores_per_run;
};

// Each of them needs --multirun.
void add_sweep_options(Command& command, SweepOptions& options);

// Losers are stopped by 'halving' unless --eta says otherwise, by the other strategies only if it is given.
Result<SweepRules> sweep_rules(const SweepOptions& options);

}  // namespace goetia::cli
