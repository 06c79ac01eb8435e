#include "experiment/run_lock.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace goetia {
namespace {

std::filesystem::path lock_file(const std::filesystem::path& root) { return root / "journal" / "run.lock"; }

Status write_own_number(int file, const std::filesystem::path& name) {
    if (::ftruncate(file, 0) != 0 || ::lseek(file, 0, SEEK_SET) != 0) return os_error("write", name.native(), errno);
    return write_all(file, std::to_string(::getpid()), name);
}

bool is_file(int descriptor, const std::filesystem::path& name) {
    struct stat held{};
    struct stat named{};
    return ::fstat(descriptor, &held) == 0 && ::stat(name.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
           held.st_dev == named.st_dev;
}

}  // namespace

Result<RunLock> RunLock::take(const std::filesystem::path& experiment_root) {
    const std::filesystem::path file = lock_file(experiment_root);
    FileDescriptor held(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!held.valid()) return os_error("write", file.native(), errno);
    if (::flock(held.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return os_error("lock", file.native(), errno);
        const auto holder = read_file(file);
        return make_error(Code::kWrongState, "experiment '{}' is running{}; stop it with 'goetia experiment stop {}'",
                          experiment_root.filename().string(),
                          holder && !holder->empty() ? " in process " + *holder : "",
                          experiment_root.filename().string());
    }
    GOETIA_TRY(write_own_number(held.get(), file));
    return RunLock(std::move(held));
}

Result<RunLock> RunLock::take_over(int descriptor, const std::filesystem::path& experiment_root) {
    const std::filesystem::path file = lock_file(experiment_root);
    if (!is_file(descriptor, file))
        return invalid("descriptor {} is not the lock '{}' of the experiment", descriptor, file.native());
    FileDescriptor held(descriptor);
    if (::fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0 || ::flock(descriptor, LOCK_EX | LOCK_NB) != 0)
        return os_error("take over", file.native(), errno);
    GOETIA_TRY(write_own_number(descriptor, file));
    return RunLock(std::move(held));
}

bool is_running(const std::filesystem::path& experiment_root) {
    const FileDescriptor file(::open(lock_file(experiment_root).c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return false;
    return ::flock(file.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

}  // namespace goetia
