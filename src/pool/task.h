// A task: what a user wants trained, and how far that is.
#pragma once

#include <compare>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "pool/pool_types.h"

namespace goetia {

enum class TaskState : std::uint8_t {
    kPending,      // accepted; its package is being made
    kQueued,       // waits for a place
    kDispatching,  // has a place; not every process runs yet
    kRunning,
    kPaused,  // with its processes, or (after a while, or for its budget) with a checkpoint only
    kCompleted,
    kFailed,
    kStopped,
};

struct TaskStateInfo {
    TaskState state;
    std::string_view name;
    std::string_view sentence;
    bool finished;
};

const TaskStateInfo& info_of(TaskState state);
inline std::string_view name_of(TaskState state) { return info_of(state).name; }
std::optional<TaskState> task_state_from(std::string_view name);
constexpr TaskState last_of(TaskState /*any*/) { return TaskState::kStopped; }

bool may_follow(TaskState from, TaskState to);

enum class TaskAction : std::uint8_t {
    kPause,
    kResume,      // of a paused task; or of a failed or stopped one, from its newest checkpoint
    kStop,        // with a checkpoint
    kCheckpoint,  // now, and go on
    kRetry,       // a finished task, from its beginning
    kCancel,      // end at once, without a checkpoint
};

std::string_view name_of(TaskAction action);
std::optional<TaskAction> task_action_from(std::string_view name);
constexpr TaskAction last_of(TaskAction /*any*/) { return TaskAction::kCancel; }
bool allowed(TaskState state, TaskAction action);

// What a node must have. Numbers are for each of `nodes`.
struct TaskNeeds {
    int nodes = 1;
    int gpus = 0;                 // 0: the processor
    std::int64_t gpu_memory = 0;  // bytes free on each GPU
    int cores = 1;
    std::int64_t memory = 0;       // bytes
    std::set<std::string> labels;  // "key=value"
    std::string libtorch;          // "2.5.1": the version that its runtime was built with; empty: any
    std::string cuda;              // at least
    std::string driver;            // at least
    std::string glibc;             // at least
    std::string processor;         // "x86_64"; empty: any
    auto operator<=>(const TaskNeeds&) const = default;
};

// Times in milliseconds; 0: no limit.
struct TaskLimits {
    Moment soft = 12 * kHour;  // then it is stopped with a checkpoint
    Moment hard = 24 * kHour;  // then it is ended without one
    Moment lost_after = 10 * kMinute;
    int retries = 3;  // after faults of the infrastructure; any number while each try gets further
};

struct HeldCheckpoint {
    std::string sha256;
    std::int64_t bytes = 0;
    std::int64_t step = 0;
};

// What the user wants, or the pool for them.
enum class Intent : std::uint8_t { kRun, kPause, kStop, kCancel };

struct TaskProgress {
    std::int64_t step = 0;
    std::int64_t steps = 0;       // in all; 0: not known yet
    std::int64_t first_step = 0;  // of this attempt
    Moment first = 0;             // when that was seen
    Moment last = 0;              // when `step` was seen
};

struct PoolTask {
    TaskId id = 0;
    UserId user = 0;
    int priority = 50;
    TaskNeeds needs;
    TaskLimits limits;
    bool noop = false;
    bool preemptible = true;
    double budget = 0;  // 0: none
    std::string like;   // what runs have in common that should take equally long; empty: nothing is known

    TaskState state = TaskState::kPending;
    std::string reason;  // of the state, for the user
    Intent intent = Intent::kRun;
    Moment queued = 0;      // since when it waits; kept when it is queued again
    Moment not_before = 0;  // after a fault
    Fence fence = 0;        // of the attempt that counts; 0: none
    int attempts = 0;       // so far
    int faults = 0;         // of the infrastructure, since it last got further
    Moment ran = 0;         // in attempts that ended, since it was submitted or asked to go on by the user
    double spent = 0;       // of attempts that ended
    std::optional<HeldCheckpoint> checkpoint;  // the newest that the master holds whole
    TaskProgress progress;
};

}  // namespace goetia
