// A folder that is there whole or not at all: made beside its place and renamed.
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include "base/result.h"

namespace goetia {

// Calls `fill` with an empty folder beside `output`, which takes output's place when it is filled. Whatever ends it
// before, an exception too, nothing is left. An output that exists and is not an empty folder is refused.
Status make_whole(const std::filesystem::path& output,
                  const std::function<Status(const std::filesystem::path& beside)>& fill);

// One file of such a folder while it is made: no half of it is ever seen, as the whole folder is renamed.
Status write_plain(const std::filesystem::path& path, std::string_view bytes);

}  // namespace goetia
