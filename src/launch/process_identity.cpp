#include "launch/process_identity.h"

#include <cerrno>
#include <poll.h>
#include <sstream>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/json.h"

namespace goetia {
namespace {

Result<std::string> this_boot() {
    GOETIA_ASSIGN(std::string id, read_file("/proc/sys/kernel/random/boot_id"));
    id.erase(id.find_last_not_of('\n') + 1);
    return id;
}

}  // namespace

std::optional<std::uint64_t> start_time_of(const std::string& stat) {
    const std::size_t name_end = stat.rfind(')');
    if (name_end == std::string::npos) return std::nullopt;
    std::istringstream fields(stat.substr(name_end + 1));
    constexpr int kBetween = 19;  // from the state (field 3) to the start time (field 22)
    std::string skipped;
    for (int i = 0; i < kBetween; ++i) fields >> skipped;
    std::uint64_t ticks = 0;
    return fields >> ticks ? std::optional(ticks) : std::nullopt;
}

Result<ProcessIdentity> identify_process(pid_t pid) {
    const std::string file = fmt::format("/proc/{}/stat", pid);
    GOETIA_ASSIGN(const std::string stat, read_file(file));
    const std::optional<std::uint64_t> start = start_time_of(stat);
    if (!start) return failed("'{}' must contain a process's start time, found '{}'", file, stat);
    GOETIA_ASSIGN(std::string boot, this_boot());
    return ProcessIdentity{.pid = pid, .start_time = *start, .boot_id = std::move(boot)};
}

std::optional<FileDescriptor> open_process(const ProcessIdentity& identity) {
    if (identity.pid <= 0) return std::nullopt;
    FileDescriptor process(static_cast<int>(::syscall(SYS_pidfd_open, identity.pid, 0)));
    if (!process.valid()) return std::nullopt;
    // Compared after opening: from here on the pid cannot be reused unnoticed.
    const Result<ProcessIdentity> now = identify_process(identity.pid);
    if (!now || *now != identity) return std::nullopt;
    return process;
}

Status signal_process(int process, int number) {
    if (::syscall(SYS_pidfd_send_signal, process, number, nullptr, 0) == 0 || errno == ESRCH) return {};
    return os_error("signal", "process", errno);
}

bool has_ended(int process) {
    pollfd ended{process, POLLIN, 0};
    return ::poll(&ended, 1, 0) == 1;
}

Json to_json(const ProcessIdentity& identity) {
    return {{"pid", identity.pid}, {"start_time", identity.start_time}, {"boot_id", identity.boot_id}};
}

std::optional<ProcessIdentity> process_identity_from_json(const Json& json) {
    try {
        return ProcessIdentity{.pid = json.at("pid").get<pid_t>(),
                               .start_time = json.at("start_time").get<std::uint64_t>(),
                               .boot_id = json.at("boot_id").get<std::string>()};
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

}  // namespace goetia
