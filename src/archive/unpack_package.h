// Unpacks a tar.zst that came from elsewhere (a task's package, a runtime bundle, a data set) into a new folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "archive/zstd_source.h"

namespace goetia {

struct PackageLimits {
    std::int64_t bytes = std::int64_t{64} << 30U;  // of all files together
    std::int64_t entries = 5'000'000;
    ZstdLimits zstd;
};

struct PackageTotals {
    std::int64_t files = 0, bytes = 0;
};

// `folder` must not exist: it appears once everything is unpacked, with files of mode 0644 (0755 where the archive says
// executable). Links, devices, names outside the folder, a second entry of one name and everything beyond a limit are
// refused, and so is an archive whose bytes have another hash; then nothing is left. The file is read once: the bytes
// that are hashed are those that are unpacked, whoever changes the file meanwhile.
Result<PackageTotals> unpack_package(int file, const std::string& sha256, const std::filesystem::path& folder,
                                     const PackageLimits& limits = {});

}  // namespace goetia
