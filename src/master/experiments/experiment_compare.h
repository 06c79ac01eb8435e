// Runs side by side: which is best by each metric, which keys of their configs differ, what they took. Pure.
#pragma once

#include "master/experiments/stored_experiment.h"

namespace goetia {

constexpr std::size_t kMostCompared = 100;

// {"experiments": [{id, name, state}], "metrics": {NAME: {"lower_is_better", "best": ID, "runs": {ID: {last, best,
// step}}}}, "config": {KEY: {ID: value}}, "resources": {ID: {...}}}. A key that a run does not have is not in its
// entry; with `all` keys are listed that are the same in every run, too.
Json compared_experiments(const std::vector<StoredExperiment>& experiments, bool all);

}  // namespace goetia
