// Creates a folder atomically: fills a temporary one next to it and renames it.
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include "base/result.h"

namespace goetia {

// Calls `fill` with an empty temporary folder, then renames it to `output`. After an error or an exception nothing is
// left. An output that exists and is not an empty folder is refused.
Status make_folder_atomically(const std::filesystem::path& output,
                              const std::function<Status(const std::filesystem::path& temporary)>& fill);

// Writes one file of such a folder. Not atomic by itself: the folder is.
Status write_plain(const std::filesystem::path& path, std::string_view bytes);

}  // namespace goetia
