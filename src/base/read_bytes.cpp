#include "base/read_bytes.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"

namespace goetia {

Status read_bytes(const std::filesystem::path& path, std::string& bytes) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return os_error("open", path.native(), errno);
    struct stat info{};
    if (::fstat(file.get(), &info) != 0) return os_error("look at", path.native(), errno);
    if (!S_ISREG(info.st_mode)) return os_error("read", path.native(), S_ISDIR(info.st_mode) ? EISDIR : EINVAL);
    bytes.resize(static_cast<std::size_t>(info.st_size));
    std::size_t have = 0;
    while (have < bytes.size()) {
        const ::ssize_t got = ::read(file.get(), bytes.data() + have, bytes.size() - have);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return os_error("read", path.native(), errno);
        if (got == 0) break;  // the file was truncated meanwhile
        have += static_cast<std::size_t>(got);
    }
    bytes.resize(have);
    return {};
}

}  // namespace goetia
