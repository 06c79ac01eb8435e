// Whether a task fits on a node, and what stands in the way.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pool/node.h"
#include "pool/task.h"

namespace goetia {

enum class Obstacle : std::uint8_t {
    kNone,
    kOffline,  // or silent for a while
    kDraining,
    kLabelMissing,
    kVersion,
    kTooFewGpus,
    kTooFewCores,
    kTooLittleMemory,
    kBusy,
    kNotEnoughNodes,  // this one fits, but a gang needs more
};

struct ObstacleInfo {
    Obstacle obstacle;
    std::string_view name;
    bool passes;  // it may go away while the task waits
};

const ObstacleInfo& info_of(Obstacle obstacle);
inline std::string_view name_of(Obstacle obstacle) { return info_of(obstacle).name; }

struct NodeObstacle {
    Obstacle obstacle = Obstacle::kNone;
    std::string needs;  // for the user: "24.0 GiB on a GPU"
    std::string has;    // without `needs`, a sentence: "driver 470.57 is too old for CUDA 13, which needs 580.65"
};

// What of the node itself is in the way, whatever runs on it.
Obstacle lacking(const TaskNeeds& needs, const PoolNode& node);
// The same with what is needed and what is there.
NodeObstacle explained(Obstacle obstacle, const TaskNeeds& needs, const PoolNode& node);

// Indices of free GPUs that it could take: the smallest that suffice. Empty: not enough, or none are needed.
std::vector<int> choose_gpus(const TaskNeeds& needs, const PoolNode& node);

// Whether it fits beside what runs there. `keep_free`: needs of another task for which room must be left, in everything
// that this one takes.
bool fits_now(const TaskNeeds& needs, const PoolNode& node, const TaskNeeds* keep_free = nullptr);

}  // namespace goetia
