// Which build of the runtime is in an installation.
#pragma once

#include <filesystem>

#include "protocol/manifests.h"

namespace goetia {

// Of the runtime beside this program; without `glibc`.
Result<RuntimeBuild> own_runtime_build();

}  // namespace goetia
