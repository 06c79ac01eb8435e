// Reads a whole file into a reusable buffer.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace goetia {

// Replaces `bytes` with the content of the file; its capacity only grows.
Status read_bytes(const std::filesystem::path& path, std::string& bytes);

}  // namespace goetia
