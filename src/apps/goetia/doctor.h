// What this machine has, what it lacks and which features that disables. Gathering the information is separate from
// evaluating it, so that tests can simulate any machine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace goetia::cli {

struct MachineInfo {
    Json machine = Json::object();  // experiment's machine_state()
    Json gpus = Json::object();     // experiment's gpu_state()
    std::string torch_folder;
    std::optional<std::string> torch_version;  // "2.13.0+cpu"
    bool torch_has_cuda = false;
    std::string runtime_fault;                              // why goetia-runtime does not start; empty if it does
    std::optional<std::vector<std::string>> sandbox_lacks;  // by goetia-agent, in sentences; empty: no such program
    std::optional<std::string> compiler;                    // "g++ 12.2.0"
    std::optional<std::string> gnuplot;
    bool chinese_font = false;
    std::filesystem::path folder;  // where experiments would be written
    std::uint64_t free_bytes = 0;  // on the disk of `folder`
    bool writable = false;
};

struct Finding {
    std::string name;
    std::string found;
    std::string disables;  // empty: nothing is missing
    std::string remedy;
    bool needed = false;  // without it no training is possible
};

MachineInfo inspect_machine(const std::filesystem::path& folder);
std::vector<Finding> findings_of(const MachineInfo& info);

// False when something that training needs is missing.
bool can_train(const std::vector<Finding>& findings);
std::string doctor_text(const std::vector<Finding>& findings);
Json doctor_json(const std::vector<Finding>& findings);

}  // namespace goetia::cli
