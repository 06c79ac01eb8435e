#include <sys/wait.h>
#include <unistd.h>

#include "agent/sandbox/landlock.h"
#include "agent/sandbox/namespaces.h"
#include "agent/sandbox/sandbox_plan.h"
#include "agent/sandbox/system_calls.h"

namespace goetia {
namespace {

// Tried in a child: a namespace cannot be left again.
NamespacesEntered namespaces_here() {
    const pid_t child = ::fork();
    if (child == 0) {
        const NamespacesEntered entered = enter_namespaces();
        ::_exit((entered.processes ? 1 : 0) | (entered.mounts ? 2 : 0) | (entered.shared_memory ? 4 : 0));
    }
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return {};
    const int bits = WEXITSTATUS(status);
    return {.processes = (bits & 1) != 0, .mounts = (bits & 2) != 0, .shared_memory = (bits & 4) != 0};
}

}  // namespace

std::vector<std::string> sandbox_lacks() {
    std::vector<std::string> lacks;
    if (::geteuid() != 0)
        lacks.emplace_back(
            "the agent is not root, so the code of a task runs as the same user: start it as root to separate them");
    const NamespacesEntered entered = namespaces_here();
    if (!entered.processes)
        lacks.emplace_back("the code of a task sees other processes: namespaces are not allowed here");
    if (!entered.mounts)
        lacks.emplace_back("/proc and shared memory are those of the machine: mounting is not allowed here");
    if (entered.processes && !entered.shared_memory)
        lacks.emplace_back("shared memory of System V is not separated: its namespace is not allowed here");
    if (landlock_version() == 0)
        lacks.emplace_back(
            "the code of a task may read every file that its user may: this kernel has no Landlock (Linux 5.13 or "
            "newer)");
    if (!can_filter_system_calls()) lacks.emplace_back("no system call is denied: this kernel has no seccomp filters");
    return lacks;
}

}  // namespace goetia
