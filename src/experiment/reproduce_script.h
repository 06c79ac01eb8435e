// reproduce.sh: runs an experiment again from its own folder.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace goetia {

struct ReproduceFacts {
    std::string id;
    WallTime time;
    std::int64_t seed = 0;
    std::optional<std::string> visible_devices;  // CUDA_VISIBLE_DEVICES, when the run had one
    std::filesystem::path working_folder;        // where relative data paths count from
    std::filesystem::path program;               // the goetia that ran it
};

// `./reproduce.sh` gives the verdict of `goetia reproduce`; `./reproduce.sh train [OVERRIDE...]` trains again with the
// same config and seed; `./reproduce.sh resume` goes on from checkpoints/last.pth.
std::string reproduce_script(const ReproduceFacts& facts);

// Writes it, executable.
Status write_reproduce_script(const std::filesystem::path& path, const ReproduceFacts& facts);

// 'text', safe as one word of a shell whatever it holds.
std::string shell_quoted(std::string_view text);

}  // namespace goetia
