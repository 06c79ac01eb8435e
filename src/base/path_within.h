// Whether a path is a folder or lies below it, by its words alone: links are not followed.
#pragma once

#include <filesystem>

namespace goetia {

inline bool is_path_within(const std::filesystem::path& path, const std::filesystem::path& folder) {
    const std::filesystem::path relative = path.lexically_relative(folder);
    return !relative.empty() && *relative.begin() != "..";
}

}  // namespace goetia
