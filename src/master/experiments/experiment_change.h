// What people may change of an experiment: whether a change is right, and what it makes of the row. Pure.
#pragma once

#include "master/experiments/experiment_service.h"

namespace goetia {

constexpr std::size_t kMostTags = 64, kLongestTag = 64, kLongestExperimentName = 200, kLongestNotes = 64 << 10;

// All faults at once, by the body's paths.
Status check_change(const ExperimentChange& change);

// Returns what was changed, for the audit: "name, tags"; empty: nothing.
std::string apply_change(const ExperimentChange& change, ExperimentRow& row);

}  // namespace goetia
