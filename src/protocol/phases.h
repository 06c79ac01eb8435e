// The words that master and agent have for an attempt: how far it is, how it ended, what is wanted of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace goetia {

// As the agent observes it. A phase is only left for a later one, but for running <-> paused.
enum class AttemptPhase : std::uint8_t {
    kAssigned,  // the master placed it; the agent has not answered yet
    kAccepted,  // the agent has a folder for it
    kFetching,  // package, runtime bundle, data, checkpoint to resume from
    kChecking,  // what was fetched is verified, the data against its certificate
    kStarting,  // ranks are started, no step was made
    kRunning,
    kPaused,
    kStopping,
    kExited,  // no process of it is left; its ExitKind says why
    kClosed,  // ... and the master holds its streams and objects whole
};

struct AttemptPhaseInfo {
    AttemptPhase phase;
    std::string_view name;
    std::string_view sentence;
    bool has_processes;  // ranks of it may be alive
};

const AttemptPhaseInfo& info_of(AttemptPhase phase);
inline std::string_view name_of(AttemptPhase phase) { return info_of(phase).name; }
constexpr AttemptPhase last_of(AttemptPhase /*any*/) { return AttemptPhase::kClosed; }
std::optional<AttemptPhase> attempt_phase_from(std::string_view name);

enum class ExitKind : std::uint8_t {
    kOk,        // it ended as configured, or as it was told to
    kError,     // the user's configuration, data or code is at fault
    kOom,       // the machine ran out of memory (a GPU that is too small is an error: it would be again)
    kKilled,    // a signal from outside ended it
    kGpuLost,   // a GPU fell off the bus or reports uncorrectable errors
    kDiskFull,  // a disk of the machine is full
    kHung,      // no progress within the time that the watchdog allows
    kLost,      // its processes are gone and left no word; or the node is
};

struct ExitInfo {
    ExitKind kind;
    std::string_view name;
    std::string_view sentence;
    bool infrastructure;  // the machine is at fault, so another try may succeed
};

const ExitInfo& info_of(ExitKind kind);
inline std::string_view name_of(ExitKind kind) { return info_of(kind).name; }
constexpr ExitKind last_of(ExitKind /*any*/) { return ExitKind::kLost; }
std::optional<ExitKind> exit_kind_from(std::string_view name);

// What the master wants of an attempt. A wish stands until another one replaces it; repeating it changes nothing.
enum class Wish : std::uint8_t {
    kRun,
    kPause,       // keep the processes, make no steps
    kCheckpoint,  // write one now, then go on
    kStop,        // write a checkpoint, end
    kPurge,       // end at once, delete the folder
};

struct WishInfo {
    Wish wish;
    std::string_view name;
    std::string_view sentence;
};

const WishInfo& info_of(Wish wish);
inline std::string_view name_of(Wish wish) { return info_of(wish).name; }
constexpr Wish last_of(Wish /*any*/) { return Wish::kPurge; }
std::optional<Wish> wish_from(std::string_view name);

// What an agent does that cannot reach its master for longer than the lease.
enum class OnDisconnect : std::uint8_t { kContinue, kStop };

std::string_view name_of(OnDisconnect choice);
constexpr OnDisconnect last_of(OnDisconnect /*any*/) { return OnDisconnect::kStop; }
std::optional<OnDisconnect> on_disconnect_from(std::string_view name);

}  // namespace goetia
