#include "agent/sandbox/namespaces.h"

#include <fcntl.h>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/files.h"

namespace goetia {
namespace {

bool write_short(const char* file, const std::string& text) {
    const FileDescriptor opened(::open(file, O_WRONLY | O_CLOEXEC));
    return opened.valid() && ::write(opened.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// Without privileges, a namespace of users gives those over the other namespaces; it keeps our own number.
bool enter_user_namespace() {
    const unsigned user = ::getuid(), group = ::getgid();
    if (::unshare(CLONE_NEWUSER) != 0) return false;
    write_short("/proc/self/setgroups", "deny");
    return write_short("/proc/self/uid_map", fmt::format("{} {} 1", user, user)) &&
           write_short("/proc/self/gid_map", fmt::format("{} {} 1", group, group));
}

}  // namespace

NamespacesEntered enter_namespaces() {
    NamespacesEntered entered;
    if (::geteuid() != 0) enter_user_namespace();
    entered.mounts = ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
    entered.shared_memory = ::unshare(CLONE_NEWIPC) == 0;
    entered.processes = ::unshare(CLONE_NEWPID) == 0;
    return entered;
}

void mount_own_folders() {
    constexpr unsigned long kPlain = MS_NOSUID | MS_NODEV;
    ::mount("proc", "/proc", "proc", kPlain | MS_NOEXEC, nullptr);
    ::mount("tmpfs", "/dev/shm", "tmpfs", kPlain, "mode=1777");
}

}  // namespace goetia
