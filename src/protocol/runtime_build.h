// Which build of the runtime is in an installation.
#pragma once

#include <filesystem>

#include "protocol/manifests.h"

namespace goetia {

// From share/goetia, where the build wrote it; without `glibc`, which only the programs themselves tell.
Result<RuntimeBuild> runtime_build_in(const std::filesystem::path& share);

// The folder of the LibTorch that the runtime there is linked with; empty: one beside the programs, as in a bundle.
std::filesystem::path torch_folder_in(const std::filesystem::path& share);

// Where that folder is for programs in `bin`.
inline std::filesystem::path share_beside(const std::filesystem::path& bin) {
    return (bin / ".." / "share" / "goetia").lexically_normal();
}

}  // namespace goetia
