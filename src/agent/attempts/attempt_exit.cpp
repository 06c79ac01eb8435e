#include "agent/attempts/attempt_exit.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <span>

#include "launch/launch_plan.h"

namespace goetia {
namespace {

bool contains_any(std::string_view text, std::span<const std::string_view> words) {
    return std::any_of(words.begin(), words.end(),
                       [text](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

// What CUDA and the C++ library say.
constexpr std::array<std::string_view, 5> kNoMemory{"out of memory", "OutOfMemory", "bad_alloc",
                                                    "Cannot allocate memory", "CUBLAS_STATUS_ALLOC_FAILED"};
constexpr std::array<std::string_view, 5> kGpuGone{"uncorrectable ECC", "GPU is lost", "fallen off the bus",
                                                   "no CUDA-capable device", "device is unavailable"};

// What the system says of a file that cannot grow; a limit of the attempt's own is told apart before.
constexpr std::array<std::string_view, 2> kDiskFullWords{"No space left on device", "Disk quota exceeded"};

// Signals that code sends to itself by its faults; others come from outside.
bool is_fault_signal(int signal) {
    constexpr std::array kFaults{SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSYS, SIGTRAP};
    return std::find(kFaults.begin(), kFaults.end(), signal) != kFaults.end();
}

// The rank that ended first by a fault of its own; null: none is known.
const RankEnd* rank_at_fault(const std::vector<RankEnd>& ranks) {
    for (const RankEnd& rank : ranks) {
        if (!rank.ended_normally()) return &rank;
    }
    return nullptr;
}

ExitKind kind_of(const ExitEvidence& evidence, const RankEnd* fault) {
    const std::string& reason = evidence.end.error().message;
    const int signal = fault != nullptr ? fault->signal : 0;
    if (!evidence.gpu_fault.empty() || contains_any(reason, kGpuGone)) return ExitKind::kGpuLost;
    if (contains_any(reason, kNoMemory) || (signal == SIGKILL && evidence.out_of_memory)) return ExitKind::kOom;
    if (contains_any(reason, kDiskFullWords)) return ExitKind::kDiskFull;
    if (!evidence.left_word) return evidence.out_of_memory ? ExitKind::kOom : ExitKind::kLost;
    if (signal != 0 && !is_fault_signal(signal)) return ExitKind::kKilled;
    return ExitKind::kError;
}

}  // namespace

AttemptExit exit_of(const ExitEvidence& evidence) {
    if (evidence.silent_for > 0)
        return {.kind = ExitKind::kHung,
                .reason = fmt::format("it recorded nothing for {:.0f} s and was ended", evidence.silent_for)};
    if (!evidence.limit_broken.empty()) return {.kind = ExitKind::kError, .reason = evidence.limit_broken};
    if (evidence.end) {
        switch (*evidence.end) {
            case LaunchEnd::kCompleted: return {.kind = ExitKind::kOk};
            case LaunchEnd::kStopped:
            case LaunchEnd::kTerminated: return {.kind = ExitKind::kOk, .reason = "it was stopped", .stopped = true};
            case LaunchEnd::kKilled: return {.kind = ExitKind::kKilled, .reason = "it was killed on request"};
        }
    }
    const RankEnd* fault = rank_at_fault(evidence.ranks);
    AttemptExit exit{.kind = kind_of(evidence, fault), .reason = evidence.end.error().message};
    if (fault != nullptr) {
        exit.code = fault->exit_code;
        exit.signal = fault->signal;
        exit.rank = fault->rank;
    }
    if (!evidence.gpu_fault.empty()) exit.reason = fmt::format("a GPU failed: {}; {}", evidence.gpu_fault, exit.reason);
    return exit;
}

}  // namespace goetia
