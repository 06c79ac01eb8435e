// One schedule: a pool, its tasks and its faults, all drawn from a seed, run in virtual time. The same seed and plant
// give the same run, event for event.
#pragma once

#include <string>
#include <vector>

#include "sim/plant.h"

namespace goetia {

struct ScheduleEnd {
    std::string violation;  // the first; empty: none
    std::int64_t events = 0;
};

// `trace`, if given, receives a line for each thing that happens.
ScheduleEnd run_schedule(std::uint64_t seed, Plant plant = Plant::kNone, std::vector<std::string>* trace = nullptr);

}  // namespace goetia
