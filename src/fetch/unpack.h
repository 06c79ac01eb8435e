// Archives from elsewhere, unpacked so that nothing in them reaches beyond their folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

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

struct UnpackEdges {
    std::function<void(const Unpacked&)> told;  // now and then, from the calling thread
    StopToken stop;
};

// Where an entry of that name goes below the folder: no absolute name, no "..", no drive, no control character.
Result<std::filesystem::path> entry_place(std::string_view name, const UnpackLimits& limits = {});

// Whether a symbolic link at `place` (below the folder) may point to `target`: nothing outside the folder.
bool link_stays_inside(const std::filesystem::path& place, std::string_view target);

// tar, tar.gz, tar.zst and zip, told from their bytes. `folder` must not be there; it appears when all is unpacked and
// checked. Files get plain rights (0644), links are made last, devices and sockets are refused, no name may come twice.
Result<Unpacked> unpack(const std::filesystem::path& archive, const std::filesystem::path& folder,
                        const UnpackLimits& limits = {}, const UnpackEdges& edges = {});

}  // namespace goetia
