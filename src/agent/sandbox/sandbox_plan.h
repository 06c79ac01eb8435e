// What a rank may do: everything else is denied as far as this machine can. The plan is written to a file by the agent
// and carried out by the rank's own process before it becomes the runtime (enter_sandbox.h).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"

namespace goetia {

struct SandboxPlan {
    std::uint32_t user = 0;                       // numbers of the user and group to become; 0: stay what we are
    std::vector<std::filesystem::path> readable;  // folders and files, with what is below them
    std::vector<std::filesystem::path> writable;
    std::map<std::string, std::string> environment;  // all of it, but for the variables that the launcher gives a rank
    std::int64_t processes = 0;                      // at most, of this user; 0: no limit, as below
    std::int64_t file_bytes = 0;                     // of a single file
    std::filesystem::path group;                     // the control group to enter; empty: none
};

Json to_json(const SandboxPlan& plan);
Result<SandboxPlan> sandbox_plan_from(const Json& json);

// The system's folders that any program reads, and devices that it uses, those of the GPUs among them.
std::vector<std::filesystem::path> readable_system();
std::vector<std::filesystem::path> usable_devices();

// The variables that a launcher sets for a rank (rank_environment.h): a clean environment keeps them.
bool is_rank_variable(const std::string& name);

// What this machine cannot do of it, in sentences; empty: all of it can be done.
std::vector<std::string> sandbox_lacks();

}  // namespace goetia
