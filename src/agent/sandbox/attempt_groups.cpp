#include "agent/sandbox/attempt_groups.h"

#include <cerrno>
#include <fcntl.h>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

constexpr const char* kAgentGroup = "goetia-agent";

// A file of the kernel's: written at once, not replaced.
Status set(const fs::path& file, const std::string& value) {
    const FileDescriptor opened(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
    if (!opened.valid() || ::write(opened.get(), value.data(), value.size()) != std::ssize(value))
        return os_error("write", file.native(), errno);
    return {};
}

Status make_group(const fs::path& group) {
    if (::mkdir(group.c_str(), 0755) != 0 && errno != EEXIST) return os_error("make", group.native(), errno);
    return {};
}

bool has_word(const Result<std::string>& text, std::string_view word) {
    std::istringstream words(text ? *text : "");
    for (std::string one; words >> one;) {
        if (one == word) return true;
    }
    return false;
}

// "0::/system.slice/goetia-agent.service"; the group that was divided, if an earlier agent did that.
fs::path own_group(const fs::path& mount, const fs::path& proc) {
    const auto text = read_file(proc / "cgroup");
    std::istringstream lines(text ? *text : "");
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("0::/")) continue;
        const fs::path group = (mount / line.substr(4)).lexically_normal();
        return group.filename() == kAgentGroup ? group.parent_path() : group;
    }
    return {};
}

Status divide(const fs::path& base) {
    GOETIA_TRY(make_group(base / kAgentGroup));
    GOETIA_TRY(set(base / kAgentGroup / "cgroup.procs", std::to_string(::getpid())));
    return set(base / "cgroup.subtree_control", "+memory +pids");
}

std::string limit_text(std::int64_t most) { return most > 0 ? std::to_string(most) : "max"; }

}  // namespace

AttemptGroups AttemptGroups::open(const fs::path& mount, const fs::path& proc) {
    AttemptGroups groups;
    const fs::path base = own_group(mount, proc);
    groups.lack_ = lack_here(mount, proc);
    if (!groups.lack_.empty()) return groups;
    if (Status divided = divide(base); !divided) {
        groups.lack_ = "the memory of a task is not limited: the agent's control group cannot be divided (" +
                       divided.error().message + "); start it as a service with 'Delegate=yes'";
        return groups;
    }
    groups.base_ = base;
    return groups;
}

std::string AttemptGroups::lack_here(const fs::path& mount, const fs::path& proc) {
    const fs::path base = own_group(mount, proc);
    const auto controllers = read_file(base / "cgroup.controllers");
    const bool usable = !base.empty() && has_word(controllers, "memory") && has_word(controllers, "pids") &&
                        ::access((base / "cgroup.subtree_control").c_str(), W_OK) == 0;
    if (usable) return "";
    return "the memory of a task is not limited: the agent has no control group with memory and pids (cgroup v2) of "
           "its own; start it as a service with 'Delegate=yes'";
}

fs::path AttemptGroups::of(Fence fence) const {
    return are_there() ? base_ / fmt::format("attempt-{}", fence) : fs::path();
}

Status AttemptGroups::make(Fence fence, const AttemptLimits& limits) const {
    if (!are_there()) return {};
    GOETIA_TRY(make_group(of(fence)));
    GOETIA_TRY(set(of(fence) / "memory.max", limit_text(limits.memory)));
    GOETIA_TRY(set(of(fence) / "pids.max", limit_text(limits.processes)));
    GOETIA_TRY(set(of(fence) / "memory.oom.group", "1"));  // no rank goes on without the others
    // Kernels without swap have no such file.
    static_cast<void>(set(of(fence) / "memory.swap.max", limits.memory > 0 ? "0" : "max"));
    return {};
}

bool AttemptGroups::ran_out_of_memory(Fence fence) const {
    if (!are_there()) return false;
    const auto events = read_file(of(fence) / "memory.events");
    std::istringstream lines(events ? *events : "");
    std::string name;
    for (std::int64_t count = 0; lines >> name >> count;) {
        if (name == "oom_kill" && count > 0) return true;
    }
    return false;
}

void AttemptGroups::remove(Fence fence) const {
    if (are_there()) ::rmdir(of(fence).c_str());
}

Status enter_group(const fs::path& group) {
    return group.empty() ? Status() : set(group / "cgroup.procs", std::to_string(::getpid()));
}

}  // namespace goetia
