// The environment of a run: machine, system, compiler, GPUs, git state. Stored as environment.json; never reads
// secrets.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"

namespace goetia {

// The complete environment.json. `given` is what the caller knows: "goetia_version", "seed", "data_fingerprint",
// "working_folder" (default: the current one), "libraries" (LibTorch, CUDA, cuDNN, ...) and any other keys; all of it
// is kept. Adds "cpu", "memory_bytes", "os", "kernel", "host", "compiler", "gpus", "driver", "git" (of the user's
// folder), "goetia_git" (of Goetia's own checkout), "program_sha256", "variables" and "captured".
Json capture_environment(const Json& given);

// The only environment variables that are ever read or stored.
const std::vector<std::string>& recorded_variables();

// {"repository", "commit", "branch", "dirty", "diff", "diff_truncated", "untracked"} of the repository around `folder`,
// or null if there is none. Files that usually contain secrets (.env, *.pem, *.key ...) are listed without their
// content.
Json git_state(const std::filesystem::path& folder);

// Only "commit", "branch" and "dirty", without reading the changed files: for a line in a terminal.
Json git_head(const std::filesystem::path& folder);

// The checkout that this program was built in, for the two functions above; empty if it is not run from one.
std::filesystem::path own_checkout();

// {"driver", "cuda_driver_version", "gpus": [{"name", "memory_bytes"}]}; the list is empty without an NVIDIA driver.
Json gpu_state();
// The same from the output of `nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader,nounits`.
Json gpu_state_from_smi(const std::string& csv);

// {"cpu": {"model", "cores", "threads"}, "memory_bytes", "os", "kernel", "host"}.
Json machine_state();

}  // namespace goetia
