// Advisory locks on compiled plug-ins, for those that compile or remove them and those that use them. The kernel
// releases them when the process ends, for whatever reason.
#include <cerrno>
#include <fcntl.h>
#include <mutex>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "component/plugin_cache.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

// The lock of a file that was removed while we waited for it protects nothing.
bool still_named(const FileDescriptor& file, const fs::path& name) {
    struct stat held{}, named{};
    return ::fstat(file.get(), &held) == 0 && ::stat(name.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
           held.st_dev == named.st_dev;
}

// False if another process holds it and `how` contains LOCK_NB.
Result<bool> take(const FileDescriptor& file, int how, const fs::path& name) {
    while (::flock(file.get(), how) != 0) {
        if (errno == EWOULDBLOCK) return false;
        if (errno != EINTR) return os_error("lock", name.native(), errno);
    }
    return true;
}

Result<FileDescriptor> open_lock(const fs::path& name) {
    FileDescriptor file(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!file.valid()) return os_error("open", name.native(), errno);
    return file;
}

// Locks held for the lifetime of the process, like the libraries that are loaded.
void hold_for_good(FileDescriptor file) {
    static std::mutex mutex;
    static auto* const kHeld = new std::vector<FileDescriptor>;  // never destroyed: released at the end of the process
    const std::scoped_lock lock(mutex);
    kHeld->push_back(std::move(file));
}

}  // namespace

Result<FileDescriptor> lock_plugin(const fs::path& lock_file, const std::function<void()>& on_wait) {
    for (bool waited = false;;) {
        GOETIA_ASSIGN(FileDescriptor file, open_lock(lock_file));
        GOETIA_ASSIGN(const bool free, take(file, LOCK_EX | LOCK_NB, lock_file));
        if (!free) {
            if (!std::exchange(waited, true)) on_wait();
            GOETIA_TRY(take(file, LOCK_EX, lock_file));
        }
        if (still_named(file, lock_file)) return file;
    }
}

Result<FileDescriptor> try_lock_plugin(const fs::path& lock_file) {
    GOETIA_ASSIGN(FileDescriptor file, open_lock(lock_file));
    GOETIA_ASSIGN(const bool free, take(file, LOCK_EX | LOCK_NB, lock_file));
    return free && still_named(file, lock_file) ? std::move(file) : FileDescriptor();
}

bool use_cached_plugin(const fs::path& library) {
    FileDescriptor file(::open(library.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid() || ::flock(file.get(), LOCK_SH) != 0 || !still_named(file, library)) return false;
    // In a cache that is read-only for this user the timestamp stays: those who may remove files from it may also set
    // it.
    static_cast<void>(::futimens(file.get(), nullptr));
    hold_for_good(std::move(file));
    return true;
}

}  // namespace goetia
