#include "data/synthetic/making.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>

#include "base/files.h"
#include "data/synthetic/outlines.h"

namespace goetia {

Status write_plain(const std::filesystem::path& path, std::string_view bytes) {
    const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!file.valid()) return os_error("write", path.native(), errno);
    return write_all(file.get(), bytes, path);
}

std::vector<std::size_t> sorted_kinds(std::int64_t count) {
    std::vector<std::size_t> kinds(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < kinds.size(); ++i) kinds[i] = i;
    std::sort(kinds.begin(), kinds.end(),
              [](std::size_t a, std::size_t b) { return shape_names()[a] < shape_names()[b]; });
    return kinds;
}

}  // namespace goetia
