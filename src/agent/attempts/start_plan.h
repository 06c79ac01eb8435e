// From what is wanted and where things lie at this node to the plan of a start: programs, environment, sandbox,
// devices.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "agent/attempts/attempt_store.h"
#include "agent/fetch/object_cache.h"
#include "agent/sandbox/attempt_groups.h"
#include "agent/sandbox/sandbox_plan.h"

namespace goetia {

class ExperimentFolder;
struct LaunchPlan;

// What the agent knows of its node when it starts attempts.
struct NodeSetup {
    std::filesystem::path agent;                  // our own program: supervises, and enters the sandbox
    std::filesystem::path programs;               // bin/ of the node's own installation; empty: there is none
    std::vector<std::filesystem::path> readable;  // more that ranks may read: what the installation needs
    std::uint32_t first_user = 0;                 // numbers of users for the code of tasks; 0: it runs as we do
    int cores = 1;
    bool sandbox = true;
    AttemptGroups groups;
};

// The runtime bundle's programs, or the node's own. kNotFound with what to do.
Result<std::filesystem::path> program_for(const WantedAttempt& wanted, const NodeSetup& node, const ObjectCache& cache,
                                          const std::string& name);

// Where the task's data lies: at the path that is wanted, or unpacked in the cache.
std::filesystem::path path_of(const WantedData& data, const ObjectCache& cache);

SandboxPlan sandbox_of(const WantedAttempt& wanted, const AttemptStore& store, const NodeSetup& node,
                       const ObjectCache& cache);

// Writes reproduce.sh into the folder of a run that has a configuration and no such script yet.
Status give_reproduce_script(const WantedAttempt& wanted, const ExperimentFolder& folder, const ObjectCache& cache);

// The words that put a program of the attempt into its sandbox; empty where none is wanted.
std::vector<std::string> sandbox_words(const AttemptStore& store, const NodeSetup& node);

Result<LaunchPlan> start_plan(const WantedAttempt& wanted, const AttemptStore& store, const NodeSetup& node,
                              const ObjectCache& cache);

}  // namespace goetia
