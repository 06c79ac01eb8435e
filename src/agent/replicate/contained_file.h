// Opens files below a folder in which code that we do not trust writes: no link, no device, no way out of the folder.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/files.h"

namespace goetia {

// A plain file below `folder`, for reading. kNotFound, or kDenied for anything that is not a plain file or is reached
// through a link.
Result<FileDescriptor> open_contained(const std::filesystem::path& folder, const std::string& name);

Result<std::int64_t> length_of(int file);
// Up to `bytes` bytes at `offset`; fewer at the end of the file.
Result<std::string> read_at(int file, std::int64_t offset, std::int64_t bytes);
Result<std::string> sha256_of(int file);

}  // namespace goetia
