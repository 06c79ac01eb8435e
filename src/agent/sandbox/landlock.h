// Landlock: this process and its children see of the file system only what is named here, whoever they are.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"

namespace goetia {

// The version of the kernel's Landlock; 0: there is none.
int landlock_version();

// Restricts the calling thread, for good. Paths that do not exist are skipped.
Status restrict_files(const std::vector<std::filesystem::path>& readable,
                      const std::vector<std::filesystem::path>& writable);

}  // namespace goetia
