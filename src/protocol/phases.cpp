#include "protocol/phases.h"

#include <algorithm>
#include <array>

namespace goetia {
namespace {

using Phase = AttemptPhase;

constexpr std::array<AttemptPhaseInfo, 10> kPhases{{
    {Phase::kAssigned, "assigned", "it has a place; the node has not answered yet", false},
    {Phase::kAccepted, "accepted", "the node took it", false},
    {Phase::kFetching, "fetching", "the node fetches its package and data", false},
    {Phase::kChecking, "checking", "what was fetched is verified", false},
    {Phase::kStarting, "starting", "its processes start", true},
    {Phase::kRunning, "running", "it is training", true},
    {Phase::kPaused, "paused", "it waits for 'resume', its processes are kept", true},
    {Phase::kStopping, "stopping", "it writes a checkpoint and ends", true},
    {Phase::kExited, "exited", "it ended; its last files are on their way", false},
    {Phase::kClosed, "closed", "it ended and all of its files arrived", false},
}};

constexpr std::array<ExitInfo, 8> kExits{{
    {ExitKind::kOk, "ok", "it ended as it should", false},
    {ExitKind::kError, "error", "its configuration, data or code is at fault", false},
    {ExitKind::kOom, "oom", "the machine ran out of memory", true},
    {ExitKind::kKilled, "killed", "a signal from outside ended it", true},
    {ExitKind::kGpuLost, "gpu_lost", "a GPU failed", true},
    {ExitKind::kDiskFull, "disk_full", "a disk of the machine is full", true},
    {ExitKind::kHung, "hung", "it made no progress for too long", true},
    {ExitKind::kLost, "lost", "its processes or their node are gone", true},
}};

constexpr std::array<WishInfo, 5> kWishes{{
    {Wish::kRun, "run", "train"},
    {Wish::kPause, "pause", "keep the processes, make no steps"},
    {Wish::kCheckpoint, "checkpoint", "write a checkpoint now and go on"},
    {Wish::kStop, "stop", "write a checkpoint and end"},
    {Wish::kPurge, "purge", "end at once and delete the folder"},
}};

constexpr std::array<std::string_view, 2> kDisconnects{"continue", "stop"};

template <class Table>
auto found_in(const Table& table, std::string_view name) {
    return std::find_if(table.begin(), table.end(), [name](const auto& info) { return info.name == name; });
}

}  // namespace

const AttemptPhaseInfo& info_of(AttemptPhase phase) { return kPhases.at(static_cast<std::size_t>(phase)); }
const ExitInfo& info_of(ExitKind kind) { return kExits.at(static_cast<std::size_t>(kind)); }
const WishInfo& info_of(Wish wish) { return kWishes.at(static_cast<std::size_t>(wish)); }
std::string_view name_of(OnDisconnect choice) { return kDisconnects.at(static_cast<std::size_t>(choice)); }

std::optional<AttemptPhase> attempt_phase_from(std::string_view name) {
    const auto* found = found_in(kPhases, name);
    return found != kPhases.end() ? std::optional(found->phase) : std::nullopt;
}

std::optional<ExitKind> exit_kind_from(std::string_view name) {
    const auto* found = found_in(kExits, name);
    return found != kExits.end() ? std::optional(found->kind) : std::nullopt;
}

std::optional<Wish> wish_from(std::string_view name) {
    const auto* found = found_in(kWishes, name);
    return found != kWishes.end() ? std::optional(found->wish) : std::nullopt;
}

std::optional<OnDisconnect> on_disconnect_from(std::string_view name) {
    if (name == kDisconnects[0]) return OnDisconnect::kContinue;
    if (name == kDisconnects[1]) return OnDisconnect::kStop;
    return std::nullopt;
}

}  // namespace goetia
