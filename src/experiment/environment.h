// Where a run ran: machine, system, compiler, GPUs, git state. Written as environment.json; reads no secret.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"

namespace goetia {

// The whole of environment.json. `given` is what the caller knows: "goetia_version", "seed", "data_fingerprint",
// "working_folder" (default: the present one), "libraries" (LibTorch, CUDA, cuDNN, ...) and whatever else it names;
// all of it is kept. "cpu", "memory_bytes", "os", "kernel", "host", "compiler", "gpus", "driver", "git" (of the user's
// folder), "goetia_git" (of Goetia's own checkout), "program_sha256", "variables" and "captured" are added.
Json capture_environment(const Json& given);

// Only these environment variables are ever read or written down.
const std::vector<std::string>& recorded_variables();

// {"repository", "commit", "branch", "dirty", "diff", "diff_truncated", "untracked"} of the repository around `folder`,
// or null where there is none. Files that usually hold secrets (.env, *.pem, *.key ...) are named, their text withheld.
Json git_state(const std::filesystem::path& folder);

// "commit", "branch" and "dirty" of it alone, which does not read the changed files: for a line in a terminal.
Json git_head(const std::filesystem::path& folder);

// The checkout this program was built in, for the two above; empty where it is not run from one.
std::filesystem::path own_checkout();

// {"driver", "cuda_driver_version", "gpus": [{"name", "memory_bytes"}]}; an empty list where there is no NVIDIA driver.
Json gpu_state();
// The same from what `nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader,nounits` prints.
Json gpu_state_from_smi(const std::string& csv);

// {"cpu": {"model", "cores", "threads"}, "memory_bytes", "os", "kernel", "host"}.
Json machine_state();

}  // namespace goetia
