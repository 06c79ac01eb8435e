// When things should end, by what is known: a run's own steps, before its first step the history of like runs.
#pragma once

#include "pool/world.h"

namespace goetia {

// Milliseconds of training that are left; empty when nothing is known.
std::optional<Moment> remaining_of(const World& world, const PoolTask& task, Moment now);

// When an attempt should have given back its devices. Without knowledge: at its time limit, or late.
Moment expected_end(const World& world, const Attempt& attempt, Moment now);

// A run of this sort took so long.
void learn_duration(LikeRuns& runs, Moment ran);

// When the node should have room for the task, if nothing else is placed there; kNever when it never can.
Moment free_at(const World& world, const PoolNode& node, const TaskNeeds& needs, Moment now);

}  // namespace goetia
