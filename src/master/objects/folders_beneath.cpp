#include "master/objects/folders_beneath.h"

#include <atomic>
#include <cerrno>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/utf8.h"
#include "protocol/names.h"

namespace goetia {
namespace {

// No stream's name begins with a dot, so it is nobody else's.
std::string temporary_name() {
    static std::atomic<std::uint64_t> number = 0;
    return fmt::format(".new.{}.{}", ::getpid(), ++number);
}

Status copy_file(const std::filesystem::path& from, int to, const std::string& named) {
    const FileDescriptor source(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
    if (!source.valid()) return os_error("open", from.native(), errno);
    if (::ioctl(to, FICLONE, source.get()) == 0) return {};  // shares the blocks
    for (;;) {
        const ssize_t sent = ::sendfile(to, source.get(), nullptr, 1 << 26);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) return os_error("write", named, errno);
        if (sent == 0) return {};
    }
}

}  // namespace

Result<FileBeneath> find_beneath(const std::filesystem::path& root, std::string_view path, MissingFolders missing) {
    if (!is_stream_name(path))
        return invalid(
            "'{}' cannot be the name of a file of an experiment; allowed are up to four parts of letters, digits, "
            "'.', '_' and '-', none of which begins with '.'",
            escape_invalid_utf8(path.substr(0, 100)));
    FileBeneath found{FileDescriptor(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)), std::string()};
    if (!found.folder.valid()) return os_error("open", root.native(), errno);
    for (std::size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/')) {
        const std::string part(path.substr(0, slash));
        path.remove_prefix(slash + 1);
        if (missing == MissingFolders::kMake && ::mkdirat(found.folder.get(), part.c_str(), 0777) != 0 &&
            errno != EEXIST)
            return os_error("make folder", part, errno);
        FileDescriptor below(
            ::openat(found.folder.get(), part.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!below.valid() && (errno == ELOOP || errno == ENOTDIR))
            return make_error(Code::kDenied, "'{}' is a link or a file where a folder is needed", part);
        if (!below.valid()) return os_error("open", part, errno);
        found.folder = std::move(below);
    }
    found.name = path;
    return found;
}

Status link_beneath(const std::filesystem::path& file, const FileBeneath& place) {
    const std::string temporary = temporary_name();
    if (::linkat(AT_FDCWD, file.c_str(), place.folder.get(), temporary.c_str(), 0) != 0) {
        if (errno != EXDEV && errno != EMLINK && errno != EPERM) return os_error("link", file.native(), errno);
        const FileDescriptor copy(
            ::openat(place.folder.get(), temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
        if (!copy.valid()) return os_error("make", place.name, errno);
        Status copied = copy_file(file, copy.get(), place.name);
        if (copied && ::fsync(copy.get()) != 0) copied = os_error("sync", place.name, errno);
        if (!copied) {
            ::unlinkat(place.folder.get(), temporary.c_str(), 0);
            return copied;
        }
    }
    // Renaming onto another name of the same file does nothing, not even remove the temporary name.
    if (::renameat(place.folder.get(), temporary.c_str(), place.folder.get(), place.name.c_str()) != 0)
        return os_error("rename", place.name, errno);
    ::unlinkat(place.folder.get(), temporary.c_str(), 0);
    if (::fsync(place.folder.get()) != 0) return os_error("sync the folder of", place.name, errno);
    return {};
}

}  // namespace goetia
