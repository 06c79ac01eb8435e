// Which experiment came from which: every experiment has at most one ancestor, kept in its row. Whoever makes a task
// from an experiment (a clone, a fine-tune, a part of a sweep) writes it there.
#pragma once

#include "master/experiments/stored_experiment.h"
#include "net/route.h"

namespace goetia {

constexpr std::size_t kMostRelatives = 1000;

// {"id", "relation": to its ancestor, "ancestors": [nearest first], "descendants": [{..., "depth"}]}, each as {id,
// name, state, relation}. Those that the caller may not see, or that were deleted, are named by nothing but their id,
// and with `known` false.
Result<Json> lineage_of(Store& store, const Caller& caller, const ExperimentRow& row);

}  // namespace goetia
