// Generates reproduce.sh, which runs an experiment again from its own folder.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace goetia {

struct ReproduceInfo {
    std::string id;
    WallTime time;
    std::int64_t seed = 0;
    std::optional<std::string> visible_devices;  // CUDA_VISIBLE_DEVICES, if it was set
    std::filesystem::path working_folder;        // relative data paths are relative to it
    std::filesystem::path program;               // the goetia that ran it
};

// `./reproduce.sh` gives the verdict of `goetia reproduce`; `./reproduce.sh train [OVERRIDE...]` trains again with the
// same config and seed; `./reproduce.sh resume` continues from checkpoints/last.pth.
std::string reproduce_script(const ReproduceInfo& info);

// Writes it and makes it executable.
Status write_reproduce_script(const std::filesystem::path& path, const ReproduceInfo& info);

// The text as one word of a shell, whatever it contains.
std::string shell_quoted(std::string_view text);

}  // namespace goetia
