// Identifies a process for later: a pid alone may be reused by another process, also after a restart of the machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>

#include "base/files.h"
#include "base/json_fwd.h"
#include "base/result.h"

namespace goetia {

struct ProcessIdentity {
    pid_t pid = -1;
    std::uint64_t start_time = 0;  // in clock ticks since boot, as in /proc/PID/stat
    std::string boot_id;           // of the current boot

    friend bool operator==(const ProcessIdentity&, const ProcessIdentity&) = default;
};

Result<ProcessIdentity> identify_process(pid_t pid);

// A pidfd of exactly this process (readable when it has ended); empty when it is gone, even if its pid was reused.
std::optional<FileDescriptor> open_process(const ProcessIdentity& identity);

// Sends a signal to the process of a pidfd; one that has ended is ignored.
Status signal_process(int process, int number);
bool has_ended(int process);

// The 22nd field of /proc/PID/stat; the process name in it may contain spaces and parentheses.
std::optional<std::uint64_t> start_time_of(const std::string& stat);

Json to_json(const ProcessIdentity& identity);
std::optional<ProcessIdentity> process_identity_from_json(const Json& json);

}  // namespace goetia
