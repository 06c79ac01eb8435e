#include "pool/task.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace goetia {
namespace {

constexpr std::array<TaskStateInfo, 8> kTaskStates{{
    {TaskState::kPending, "pending", "its package is being made", false},
    {TaskState::kQueued, "queued", "it waits for a place", false},
    {TaskState::kDispatching, "dispatching", "it is brought to its nodes", false},
    {TaskState::kRunning, "running", "it is training", false},
    {TaskState::kPaused, "paused", "it waits for 'resume'", false},
    {TaskState::kCompleted, "completed", "it ended as configured, and all of its files arrived", true},
    {TaskState::kFailed, "failed", "it ended with the error given as reason; it can be resumed", true},
    {TaskState::kStopped, "stopped", "it was stopped before its end; it can be resumed", true},
}};

constexpr std::array<std::string_view, 6> kActions{"pause", "resume", "stop", "checkpoint", "retry", "cancel"};

template <class E>
constexpr unsigned bits(std::initializer_list<E> values) {
    unsigned set = 0;
    for (const E value : values) set |= 1U << static_cast<unsigned>(value);
    return set;
}

using State = TaskState;
using Action = TaskAction;

struct TaskRow {
    unsigned next;     // states
    unsigned actions;  // that are allowed
};

constexpr std::array<TaskRow, 8> kTaskRows{{
    /* pending */ {bits({State::kQueued, State::kFailed, State::kStopped}), bits({Action::kStop, Action::kCancel})},
    /* queued */
    {bits({State::kDispatching, State::kPaused, State::kFailed, State::kStopped}),
     bits({Action::kPause, Action::kStop, Action::kCancel})},
    /* dispatching */
    {bits({State::kQueued, State::kRunning, State::kPaused, State::kCompleted, State::kFailed, State::kStopped}),
     bits({Action::kPause, Action::kStop, Action::kCancel})},
    /* running */
    {bits({State::kQueued, State::kPaused, State::kCompleted, State::kFailed, State::kStopped}),
     bits({Action::kPause, Action::kResume, Action::kStop, Action::kCheckpoint, Action::kCancel})},
    /* paused */
    {bits({State::kQueued, State::kRunning, State::kCompleted, State::kFailed, State::kStopped}),
     bits({Action::kResume, Action::kStop, Action::kCancel})},
    /* completed */ {bits({State::kQueued}), bits({Action::kRetry})},
    /* failed */ {bits({State::kQueued}), bits({Action::kResume, Action::kRetry})},
    /* stopped */ {bits({State::kQueued}), bits({Action::kResume, Action::kRetry})},
}};

const TaskRow& row_of(State state) { return kTaskRows.at(static_cast<std::size_t>(state)); }

}  // namespace

const TaskStateInfo& info_of(TaskState state) { return kTaskStates.at(static_cast<std::size_t>(state)); }
std::string_view name_of(TaskAction action) { return kActions.at(static_cast<std::size_t>(action)); }

std::optional<TaskState> task_state_from(std::string_view name) {
    const auto* found = std::ranges::find(kTaskStates, name, &TaskStateInfo::name);
    return found != kTaskStates.end() ? std::optional(found->state) : std::nullopt;
}

std::optional<TaskAction> task_action_from(std::string_view name) {
    const auto* found = std::ranges::find(kActions, name);
    return found != kActions.end() ? std::optional(static_cast<TaskAction>(found - kActions.begin())) : std::nullopt;
}

bool may_follow(TaskState from, TaskState to) { return (row_of(from).next & bits({to})) != 0; }
bool allowed(TaskState state, TaskAction action) { return (row_of(state).actions & bits({action})) != 0; }

}  // namespace goetia
