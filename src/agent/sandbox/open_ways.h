// The way to what the code of a task may have, where a folder above it is closed to other users, as /root often is.
#pragma once

#include <filesystem>
#include <map>
#include <vector>

#include "agent/sandbox/sandbox_plan.h"

namespace goetia {

// The topmost folders that other users may not pass, each with those of `paths` that lie below it; of paths that lie
// in each other only the upper one. Nothing is said of the root itself: no mount can replace it.
std::map<std::filesystem::path, std::vector<std::filesystem::path>> closed_above(
    const std::vector<std::filesystem::path>& paths);

// For a process with mounts of its own: each such folder is replaced by an empty one that leads to these paths alone.
// kWrongState where it may not mount.
Status open_ways(const SandboxPlan& plan, bool own_mounts);

}  // namespace goetia
