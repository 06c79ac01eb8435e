// Why a task waits: for each node what stands in the way, and when the task should start.
#pragma once

#include "pool/fit.h"
#include "pool/world.h"

namespace goetia {

struct NodeWhy {
    NodeId node = 0;
    NodeObstacle obstacle;
    TaskId kept_for = 0;  // busy only because room is kept for this task; 0: not so
};

struct TaskWhy {
    std::string sentence;          // in one line
    std::vector<NodeWhy> nodes;    // of a task that waits for a place
    std::optional<Moment> starts;  // empty: nothing is known, or it never can
    std::size_t ahead = 0;         // tasks before it in the line
};

TaskWhy why(const World& world, const PoolTask& task, Moment now);

// When a running task should end; empty when nothing is known.
std::optional<Moment> expected_end(const World& world, const PoolTask& task, Moment now);

}  // namespace goetia
