// Files below a folder by names that came from elsewhere: opened part by part without following a link, so that no name
// and no link in its way leads out of the folder.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/files.h"

namespace goetia {

struct FileBeneath {
    FileDescriptor folder;  // the one that holds the file
    std::string name;       // its last part
};

enum class MissingFolders { kRefuse, kMake };

// `path` must be a stream's name (protocol/names.h): else kInvalid. A link or a file in its way is kDenied.
Result<FileBeneath> find_beneath(const std::filesystem::path& root, std::string_view path, MissingFolders missing);

// Gives the file another name, replacing what has it; by hard link, or as a copy where the file system has none.
Status link_beneath(const std::filesystem::path& file, const FileBeneath& place);

}  // namespace goetia
