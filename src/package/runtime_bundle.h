// The runtime bundle: everything that a machine with nothing but glibc needs to train, as one tar.zst by its hash.
//
//   manifest.json      the build, and every file with its size and hash
//   bin/               goetia-runtime, goetia-supervisor, goetia; they find lib/ from wherever they are
//   lib/               every shared library that is not glibc's or the graphics driver's
//   share/goetia/      catalogue, contract, configs, headers for plug-ins
#pragma once

#include <functional>
#include <optional>

#include "base/stop.h"
#include "package/bundle_parts.h"

namespace goetia {

struct RuntimeBundle {
    std::filesystem::path file;  // FOLDER/SHA256.tar.zst
    std::string sha256;
    std::int64_t bytes = 0;
    BundleManifest manifest;
    bool is_new = true;  // it was packed just now
};

struct BundleOptions {
    int level = 3;
    int threads = 0;                                                       // 0: one per core
    std::function<void(std::int64_t done, std::int64_t all)> on_progress;  // bytes before compression
    StopToken stop;                                                        // then kCancelled, and nothing is left
};

// Packs the bundle into the folder, unless one of exactly these files is there already (FOLDER/PARTS.json says so).
Result<RuntimeBundle> make_bundle(const BundleSource& source, const std::filesystem::path& folder,
                                  const BundleOptions& options = {});

// What a bundle says of itself, with the hash of the file. Only its beginning is unpacked.
Result<RuntimeBundle> read_bundle(const std::filesystem::path& file);

}  // namespace goetia
