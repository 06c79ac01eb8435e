// Which process is meant, for whoever comes later: a number alone is given again, to another process or after the
// machine was restarted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>

#include "base/files.h"
#include "base/json.h"
#include "base/result.h"

namespace goetia {

struct ProcessIdentity {
    pid_t pid = -1;
    std::uint64_t start_time = 0;  // clock ticks after the machine was started, as /proc/PID/stat has it
    std::string boot_id;           // of the machine's start

    friend bool operator==(const ProcessIdentity&, const ProcessIdentity&) = default;
};

Result<ProcessIdentity> identify_process(pid_t pid);

// A pidfd of just this process (readable when it has ended); nothing when it is gone, whoever has its number now.
std::optional<FileDescriptor> open_process(const ProcessIdentity& identity);

// Sends a signal to the process of a pidfd; one that has ended gets none.
Status signal_process(int process, int number);
bool has_ended(int process);

// The 22nd field of /proc/PID/stat; the name in it may hold blanks and brackets.
std::optional<std::uint64_t> start_time_of(const std::string& stat);

Json to_json(const ProcessIdentity& identity);
std::optional<ProcessIdentity> process_identity_from_json(const Json& json);

}  // namespace goetia
