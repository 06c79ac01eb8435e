// Finds the programs that belong to this one: in the same folder, or at the path that a variable contains.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace goetia {

Result<std::filesystem::path> find_runtime();     // goetia-runtime, or $GOETIA_RUNTIME
Result<std::filesystem::path> find_supervisor();  // goetia-supervisor, or $GOETIA_SUPERVISOR

}  // namespace goetia
