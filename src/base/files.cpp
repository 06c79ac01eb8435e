#include "base/files.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace goetia {

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
        reset();
        fd_ = other.release();
    }
    return *this;
}

FileDescriptor::~FileDescriptor() { reset(); }

int FileDescriptor::release() { return std::exchange(fd_, -1); }

void FileDescriptor::reset() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

Result<std::string> read_file(const std::filesystem::path& path) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return os_error("open", path.native(), errno);
    struct stat info{};
    if (::fstat(file.get(), &info) != 0) return os_error("read", path.native(), errno);
    if (S_ISDIR(info.st_mode)) return invalid("cannot read '{}': it is a folder, a file is needed", path.native());
    std::string bytes;
    bytes.reserve(static_cast<std::size_t>(info.st_size) + 1);
    char buffer[65536];
    for (;;) {
        const ssize_t got = ::read(file.get(), buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return os_error("read", path.native(), errno);
        if (got == 0) return bytes;
        bytes.append(buffer, static_cast<std::size_t>(got));
    }
}

Status write_all(int fd, std::string_view bytes, const std::filesystem::path& named) {
    while (!bytes.empty()) {
        const ssize_t put = ::write(fd, bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return os_error("write", named.native(), errno);
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return {};
}

Status sync_folder(const std::filesystem::path& folder) {
    const FileDescriptor handle(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!handle.valid()) return os_error("open", folder.native(), errno);
    if (::fsync(handle.get()) != 0 && errno != EINVAL) return os_error("sync", folder.native(), errno);
    return {};
}

Status write_file_atomic(const std::filesystem::path& path, std::string_view bytes) {
    const std::filesystem::path temporary = path.native() + ".part." + std::to_string(::getpid());
    const auto write_temporary = [&]() -> Status {
        const FileDescriptor file(
            ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644));
        if (!file.valid()) return os_error("write", path.native(), errno);
        GOETIA_TRY(write_all(file.get(), bytes, path));
        if (::fsync(file.get()) != 0) return os_error("sync", path.native(), errno);
        return {};
    };
    Status written = write_temporary();
    if (written && ::rename(temporary.c_str(), path.c_str()) != 0) written = os_error("rename", path.native(), errno);
    if (!written) {
        ::unlink(temporary.c_str());
        return written;
    }
    return sync_folder(path.parent_path());
}

Status make_folders(const std::filesystem::path& path) {
    std::error_code code;
    std::filesystem::create_directories(path, code);
    if (code) return os_error("make folder", path.native(), code.value());
    return {};
}

}  // namespace goetia
