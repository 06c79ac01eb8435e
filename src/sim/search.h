// Runs schedules until time or their number is used up, and looks whether planted bugs are found.
#pragma once

#include <vector>

#include "sim/schedule.h"

namespace goetia {

struct SearchPlan {
    double seconds = 30;  // of clean schedules and planted bugs together; 0: as long as the numbers say
    std::uint64_t seed = 1;
    std::int64_t schedules = 0;         // clean ones; 0: as many as there is time for
    std::int64_t planted_most = 20000;  // schedules for each planted bug
    int threads = 2;
};

struct FoundViolation {
    std::uint64_t seed = 0;
    Plant plant = Plant::kNone;
    std::string violation;
};

struct SearchEnd {
    std::int64_t schedules = 0;
    std::int64_t events = 0;
    double seconds = 0;  // that the clean schedules took
    std::vector<FoundViolation> violations;
    std::vector<FoundViolation> planted;  // found, with the seed of the schedule that did
    int planted_found = 0;
};

SearchEnd run_search(const SearchPlan& plan);

}  // namespace goetia
