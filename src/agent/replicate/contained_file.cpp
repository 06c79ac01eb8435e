#include "agent/replicate/contained_file.h"

#include <cerrno>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

#include "base/hash.h"

namespace goetia {
namespace {

int open_beneath(int folder, const std::string& name) {
    open_how how{};
    how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    return static_cast<int>(::syscall(SYS_openat2, folder, name.c_str(), &how, sizeof how));
}

// For kernels before 5.6: one part after the other.
int open_step_by_step(int folder, const std::filesystem::path& name) {
    FileDescriptor at(::dup(folder));
    for (auto part = name.begin(); part != name.end(); ++part) {
        if (*part == ".." || part->is_absolute()) return errno = EXDEV, -1;
        const bool last = std::next(part) == name.end();
        const int kind = last ? O_NONBLOCK | O_NOCTTY : O_DIRECTORY;
        FileDescriptor next(::openat(at.get(), part->c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | kind));
        if (!next.valid() || last) return next.release();
        at = std::move(next);
    }
    return errno = ENOENT, -1;
}

}  // namespace

Result<FileDescriptor> open_contained(const std::filesystem::path& folder, const std::string& name) {
    const FileDescriptor root(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!root.valid()) return os_error("open", folder.native(), errno);
    FileDescriptor file(open_beneath(root.get(), name));
    if (!file.valid() && errno == ENOSYS) file = FileDescriptor(open_step_by_step(root.get(), name));
    if (!file.valid() && (errno == ELOOP || errno == EXDEV || errno == ENXIO))
        return make_error(Code::kDenied, "'{}' is reached through a link or is no plain file",
                          (folder / name).native());
    if (!file.valid()) return os_error("open", (folder / name).native(), errno);
    struct stat info{};
    if (::fstat(file.get(), &info) != 0) return os_error("read", (folder / name).native(), errno);
    if (!S_ISREG(info.st_mode)) return make_error(Code::kDenied, "'{}' is no plain file", (folder / name).native());
    return file;
}

Result<std::int64_t> length_of(int file) {
    struct stat info{};
    if (::fstat(file, &info) != 0) return os_error("read", "file", errno);
    return std::int64_t{info.st_size};
}

Result<std::string> read_at(int file, std::int64_t offset, std::int64_t bytes) {
    std::string text(static_cast<std::size_t>(bytes), '\0');
    std::size_t got_all = 0;
    while (got_all < text.size()) {
        const ssize_t got = ::pread(file, text.data() + got_all, text.size() - got_all,
                                    static_cast<off_t>(offset) + static_cast<off_t>(got_all));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return os_error("read", "file", errno);
        if (got == 0) break;
        got_all += static_cast<std::size_t>(got);
    }
    text.resize(got_all);
    return text;
}

Result<std::string> sha256_of(int file) {
    Sha256 hash;
    std::vector<char> buffer(1 << 18);
    for (off_t at = 0;;) {
        const ssize_t got = ::pread(file, buffer.data(), buffer.size(), at);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return os_error("read", "file", errno);
        if (got == 0) return hash.hex();
        hash.add(buffer.data(), static_cast<std::size_t>(got));
        at += got;
    }
}

}  // namespace goetia
