// The programs that belong to this one: beside it, or where a variable says.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace goetia {

Result<std::filesystem::path> find_runtime();     // goetia-runtime, or what GOETIA_RUNTIME names
Result<std::filesystem::path> find_supervisor();  // goetia-supervisor, or what GOETIA_SUPERVISOR names

}  // namespace goetia
