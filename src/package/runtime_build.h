// Which build of the runtime is in an installation.
#pragma once

#include <filesystem>

#include "protocol/manifests.h"

namespace goetia {

// From share/goetia, where the build wrote it; without `glibc`, which only the programs themselves tell.
Result<RuntimeBuild> runtime_build_in(const std::filesystem::path& share);

// The same of the runtime beside this program.
Result<RuntimeBuild> own_runtime_build();

}  // namespace goetia
