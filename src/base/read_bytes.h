// A whole file into memory that is used again.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace goetia {

// `bytes` becomes the file's; its memory only grows.
Status read_bytes(const std::filesystem::path& path, std::string& bytes);

}  // namespace goetia
