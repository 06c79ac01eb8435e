// Unpacks untrusted archives; nothing is written outside the target folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "archive/entry_path.h"
#include "base/result.h"
#include "base/stop.h"

namespace goetia {

struct UnpackLimits {
    std::int64_t bytes = std::int64_t{1} << 40U;  // of all files together
    std::int64_t entries = 20'000'000;
    int depth = 64;  // of folders
};

struct Unpacked {
    std::int64_t files = 0;
    std::int64_t bytes = 0;
};

struct UnpackCallbacks {
    std::function<void(const Unpacked&)> on_progress;  // now and then, from the calling thread
    StopToken stop;
};

// Unpacks tar, tar.gz, tar.zst and zip, detected from the bytes. `folder` must not exist; it appears once everything is
// unpacked and checked. Files get mode 0644, links are created last; devices, sockets and duplicate names are refused.
Result<Unpacked> unpack(const std::filesystem::path& archive, const std::filesystem::path& folder,
                        const UnpackLimits& limits = {}, const UnpackCallbacks& callbacks = {});

}  // namespace goetia
