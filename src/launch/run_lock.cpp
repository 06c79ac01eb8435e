#include "launch/run_lock.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace goetia {
namespace {

std::filesystem::path lock_file(const std::filesystem::path& root) { return root / "journal" / "run.lock"; }

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
    const std::string own = std::to_string(::getpid());
    if (::ftruncate(held.get(), 0) != 0) return os_error("write", file.native(), errno);
    GOETIA_TRY(write_all(held.get(), own, file));
    return RunLock(std::move(held));
}

bool is_running(const std::filesystem::path& experiment_root) {
    const FileDescriptor file(::open(lock_file(experiment_root).c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return false;
    return ::flock(file.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

}  // namespace goetia
