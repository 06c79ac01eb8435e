// Where the entries of an untrusted archive may lie: below the folder that it is unpacked to.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"

namespace goetia {

// The path of an entry below the folder. Refused: absolute names, "..", drives and control characters, and more than
// `most_deep` folders.
Result<std::filesystem::path> entry_path(std::string_view name, int most_deep = 64);

// Whether a symbolic link at `link` (relative to the folder) to `target` stays inside the folder.
bool link_stays_inside(const std::filesystem::path& link, std::string_view target);

}  // namespace goetia
