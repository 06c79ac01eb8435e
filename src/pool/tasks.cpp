// The life of a task: its states, the line, what a user asks for.
#include <cassert>

#include <fmt/format.h>

#include "pool/deciding.h"

namespace goetia {
namespace {

std::string subject(const PoolTask& task) { return fmt::format("task '{}'", task.id); }

Error wrong_state(const PoolTask& task, TaskAction action) {
    std::string states;
    for (int i = 0; i <= static_cast<int>(last_of(TaskState{})); ++i) {
        const auto state = static_cast<TaskState>(i);
        if (allowed(state, action)) states += fmt::format("{}{}", states.empty() ? "" : ", ", name_of(state));
    }
    return make_error(Code::kWrongState, "{} is {}; '{}' is for tasks that are: {}", subject(task), name_of(task.state),
                      name_of(action), states);
}

Attempt* live_attempt(World& world, const PoolTask& task) {
    const auto found = world.attempts.find(task.fence);
    return found != world.attempts.end() && !found->second.settled ? &found->second : nullptr;
}

void queue_again(Deciding& d, PoolTask& task) {
    task.intent = Intent::kRun;
    task.faults = 0;
    task.ran = 0;
    task.queued = d.now;
    task.not_before = 0;
    task.fence = 0;
    queue_task(d, task, "");
}

void pause_task(Deciding& d, PoolTask& task) {
    task.intent = Intent::kPause;
    if (Attempt* attempt = live_attempt(d.world, task)) {
        if (attempt->started > 0) return ask(d, *attempt, Wish::kPause, EndCause::kNone);
        return ask(d, *attempt, Wish::kStop, EndCause::kPauseHeldLong, "it was paused before it ran");
    }
    leave_line(d, task);
    move_task(d, task, TaskState::kPaused, "it was paused while it waited");
}

void resume_task(Deciding& d, PoolTask& task) {
    if (std::string spent = spent_budget(d.world, task); !spent.empty()) {
        d.out.refused =
            make_error(Code::kWrongState, "{} cannot go on: {}; raise the budget first", subject(task), spent);
        return;
    }
    Attempt* attempt = live_attempt(d.world, task);
    if (!attempt) return queue_again(d, task);
    task.intent = Intent::kRun;  // an attempt that is already ending is followed by another
    ask(d, *attempt, Wish::kRun, EndCause::kNone);
}

void end_task(Deciding& d, PoolTask& task, TaskAction action) {
    const bool cancel = action == TaskAction::kCancel;
    task.intent = cancel ? Intent::kCancel : Intent::kStop;
    if (Attempt* attempt = live_attempt(d.world, task)) {
        return ask(d, *attempt, cancel ? Wish::kPurge : Wish::kStop,
                   cancel ? EndCause::kUserCancel : EndCause::kUserStop);
    }
    leave_line(d, task);
    move_task(d, task, TaskState::kStopped, cancel ? "it was cancelled" : "it was stopped before it had a place");
}

void act(Deciding& d, PoolTask& task, TaskAction action) {
    switch (action) {
        case TaskAction::kPause: return pause_task(d, task);
        case TaskAction::kResume: return resume_task(d, task);
        case TaskAction::kStop:
        case TaskAction::kCancel: return end_task(d, task, action);
        case TaskAction::kCheckpoint:
            if (Attempt* attempt = live_attempt(d.world, task)) ask(d, *attempt, Wish::kCheckpoint, EndCause::kNone);
            return;
        case TaskAction::kRetry:
            task.checkpoint.reset();
            task.progress = {};
            return queue_again(d, task);
    }
}

}  // namespace

void move_task(Deciding& d, PoolTask& task, TaskState to, std::string reason) {
    assert(may_follow(task.state, to));
    d.out.moves.push_back({task.id, task.state, to, reason});
    task.state = to;
    task.reason = std::move(reason);
    d.changed(task);
    if (!info_of(to).finished) return;
    const auto at = d.world.tasks.find(task.id);
    d.out.finished.push_back(std::move(at->second));
    d.world.tasks.erase(at);
}

void queue_task(Deciding& d, PoolTask& task, std::string reason) {
    move_task(d, task, TaskState::kQueued, std::move(reason));
    if (task.not_before > d.now) d.world.delayed.emplace(task.not_before, task.id);
    else d.world.line.add(task, d.world.policy);
}

void leave_line(Deciding& d, const PoolTask& task) {
    d.world.delayed.erase({task.not_before, task.id});
    d.world.line.remove(task, d.world.policy);
    if (d.world.reservation.task == task.id) forget_reservation(d);
}

void on_control(Deciding& d, const ControlAsked& event) {
    auto found = d.world.tasks.find(event.task);
    const PoolTask* asked = found != d.world.tasks.end() ? &found->second : event.finished ? &*event.finished : nullptr;
    if (!asked) {
        d.out.refused = not_found("there is no task '{}'", event.task);
        return;
    }
    if (!allowed(asked->state, event.action)) {
        d.out.refused = wrong_state(*asked, event.action);
        return;
    }
    const bool ends = asked->intent == Intent::kStop || asked->intent == Intent::kCancel;
    if (ends && !info_of(asked->state).finished && event.action != TaskAction::kCancel) {
        d.out.refused = make_error(
            Code::kWrongState, "{} is being stopped; only 'cancel' is possible until it has ended", subject(*asked));
        return;
    }
    const bool back = found == d.world.tasks.end();
    if (back) found = d.world.tasks.emplace(event.task, *event.finished).first;
    act(d, found->second, event.action);
    if (d.out.refused && back) d.world.tasks.erase(found);
    else if (!d.out.refused && d.world.tasks.contains(event.task)) d.changed(d.world.tasks.at(event.task));
}

}  // namespace goetia
