// The life of an attempt: asked for things, observed, settled.
#include <algorithm>

#include <fmt/format.h>

#include "pool/deciding.h"
#include "pool/forecast.h"

namespace goetia {
namespace {

PoolNode* node_of(World& world, const AttemptPart& part) {
    const auto found = world.nodes.find(part.node);
    return found != world.nodes.end() ? &found->second : nullptr;
}

bool at_fault(const AttemptPart& part) { return part.lost || (part.exit && part.exit->kind != ExitKind::kOk); }

// What its end means for the task.
struct Conclusion {
    TaskState to = TaskState::kFailed;
    bool fault = false;  // of the infrastructure
    std::string reason;
};

bool machine_failed(const AttemptPart& part) {
    return part.lost || (part.exit && info_of(part.exit->kind).infrastructure && !part.exit->stopped);
}

// Where a node is lost or a machine fails, the other ranks end with errors of their own, which may be heard first: they
// say nothing.
bool infrastructure_failed(const Attempt& attempt) { return std::ranges::any_of(attempt.parts, machine_failed); }

const AttemptExit* telling_exit(const Attempt& attempt) {
    auto found = std::ranges::find_if(attempt.parts, machine_failed);
    if (found == attempt.parts.end() && attempt.first_bad >= 0) found = attempt.parts.begin() + attempt.first_bad;
    if (found == attempt.parts.end()) found = std::ranges::find_if(attempt.parts, at_fault);
    return found != attempt.parts.end() && found->exit ? &*found->exit : nullptr;
}

std::string said(const AttemptExit& exit) {
    const std::string_view sentence = info_of(exit.kind).sentence;
    return exit.reason.empty() ? std::string(sentence) : fmt::format("{}: {}", sentence, exit.reason);
}

Conclusion conclude(const Attempt& attempt, const PoolTask& task) {
    const bool well = std::ranges::none_of(attempt.parts, at_fault);
    const bool early =
        std::ranges::any_of(attempt.parts, [](const AttemptPart& p) { return p.exit && p.exit->stopped; });
    const std::string asked =
        attempt.cause_text.empty() ? std::string(info_of(attempt.cause).sentence) : attempt.cause_text;
    if (task.intent == Intent::kCancel) return {TaskState::kStopped, false, "it was cancelled"};
    if (well && !early) return {TaskState::kCompleted, false, ""};
    if (task.intent == Intent::kStop) return {TaskState::kStopped, false, "it was stopped"};
    if (attempt.cause == EndCause::kHardLimit) return {TaskState::kFailed, false, asked};
    const AttemptExit* exit = telling_exit(attempt);
    if (!well && !infrastructure_failed(attempt) && attempt.asked == 0)
        return {TaskState::kFailed, false, exit ? said(*exit) : ""};
    switch (attempt.cause) {
        case EndCause::kSoftLimit: return {TaskState::kStopped, false, asked};
        case EndCause::kBudget:
        case EndCause::kPauseHeldLong:
        case EndCause::kPreempted:
        case EndCause::kNodeLeaving:
            return {task.intent == Intent::kPause ? TaskState::kPaused : TaskState::kQueued, false, asked};
        default: break;
    }
    if (!well && !infrastructure_failed(attempt)) return {TaskState::kFailed, false, exit ? said(*exit) : ""};
    // Well but early, and nobody here asked: its node ended it, being cut off or about to go away.
    return {task.intent == Intent::kPause ? TaskState::kPaused : TaskState::kQueued, true,
            exit ? said(*exit) : "its node ended it"};
}

Moment backoff(const PoolPolicy& policy, int faults) {
    Moment wait = policy.first_backoff;
    for (int i = 1; i < faults && wait < policy.longest_backoff; ++i) wait *= 2;
    return std::min(wait, policy.longest_backoff);
}

void carry_out(Deciding& d, PoolTask& task, Conclusion end) {
    if (end.fault && ++task.faults > task.limits.retries) {
        const int tries = task.faults;
        return move_task(d, task, TaskState::kFailed,
                         fmt::format("{}, {} times without getting further", end.reason, tries));
    }
    if (end.fault && end.to == TaskState::kQueued) task.not_before = d.now + backoff(d.world.policy, task.faults);
    if (end.to == TaskState::kCompleted && !task.like.empty() && !task.noop) {
        learn_duration(d.world.like[task.like], task.ran);
        d.out.like.push_back(task.like);
    }
    if (end.to == TaskState::kQueued || end.to == TaskState::kPaused)
        task.fence = 0;  // what comes under it now is late
    if (end.to == TaskState::kQueued) return queue_task(d, task, std::move(end.reason));
    if (end.to == task.state) return void(task.reason = std::move(end.reason));
    move_task(d, task, end.to, std::move(end.reason));
}

void settle(Deciding& d, Attempt& attempt) {
    charge(d, attempt);
    attempt.settled = true;
    d.changed(attempt);
    for (AttemptPart& part : attempt.parts) {
        PoolNode* node = node_of(d.world, part);
        if (!node) continue;
        d.renew_desired(*node);
        part.until = node->generation;
    }
    PoolTask* task = d.task_of(attempt);
    if (task) {
        if (attempt.started > 0)
            task->ran += std::max<Moment>((attempt.exited > 0 ? attempt.exited : d.now) - attempt.started, 0);
        task->spent += attempt.cost;
        PoolUser& user = d.user_of(*task);
        user.spent += attempt.cost;
        d.changed(user);
        d.changed(*task);
        if (attempt.cause == EndCause::kPreempted) task->queued = d.now;  // behind the one that needed its place
        carry_out(d, *task, conclude(attempt, *task));
    }
    drop_when_over(d, attempt);
}

// The state that the phases of all parts show.
void show_state(Deciding& d, Attempt& attempt, PoolTask& task) {
    const auto all = [&](auto holds) { return std::ranges::all_of(attempt.parts, holds); };
    const bool started = all([](const AttemptPart& p) { return p.phase >= AttemptPhase::kRunning; });
    if (!started) return;
    if (attempt.started == 0) attempt.started = d.now, d.changed(attempt);
    const bool paused = all([](const AttemptPart& p) { return p.phase == AttemptPhase::kPaused; });
    const bool none_paused =
        std::ranges::none_of(attempt.parts, [](const AttemptPart& p) { return p.phase == AttemptPhase::kPaused; });
    if (paused && task.state != TaskState::kPaused && task.intent == Intent::kPause) {
        attempt.paused = d.now;
        move_task(d, task, TaskState::kPaused, "");
    } else if (none_paused && (task.state == TaskState::kDispatching ||
                               (task.state == TaskState::kPaused && task.intent == Intent::kRun))) {
        attempt.paused = 0;
        move_task(d, task, TaskState::kRunning, "");
    }
}

}  // namespace

void ask(Deciding& d, Attempt& attempt, Wish wish, EndCause cause, std::string text) {
    const bool ends = wish == Wish::kStop || wish == Wish::kPurge;
    if (attempt.settled || (attempt.asked > 0 && !(wish == Wish::kPurge && attempt.wish != Wish::kPurge))) return;
    attempt.wish = wish;
    ++attempt.wish_number;
    if (ends) {
        if (attempt.asked == 0) attempt.asked = d.now;
        attempt.cause = cause;
        attempt.cause_text = std::move(text);
    }
    for (const AttemptPart& part : attempt.parts) {
        if (PoolNode* node = node_of(d.world, part)) d.renew_desired(*node);
    }
    d.changed(attempt);
}

void review(Deciding& d, Attempt& attempt) {
    if (attempt.settled) return drop_when_over(d, attempt);
    const auto bad = std::ranges::find_if(attempt.parts, at_fault);
    if (bad != attempt.parts.end() && attempt.first_bad < 0) {
        if (attempt.asked == 0 || bad->lost) attempt.first_bad = static_cast<int>(bad - attempt.parts.begin());
        if (attempt.parts.size() > 1) ask(d, attempt, Wish::kStop, EndCause::kGangBroken);
    }
    const bool exited = std::ranges::all_of(attempt.parts, [](const AttemptPart& p) { return p.exit.has_value(); });
    if (exited && attempt.exited == 0) attempt.exited = d.now, d.changed(attempt);
    if (std::ranges::all_of(attempt.parts, &AttemptPart::done)) return settle(d, attempt);
    if (PoolTask* task = d.task_of(attempt)) show_state(d, attempt, *task);
}

void release(Deciding& d, Attempt& attempt, AttemptPart& part) {
    if (part.released) return;
    charge(d, attempt);
    part.released = true;
    d.changed(attempt);
    PoolNode* node = node_of(d.world, part);
    if (!node) return;
    node->taken_cores -= part.cores;
    node->taken_memory -= part.memory;
    for (PoolGpu& gpu : node->gpus) {
        if (gpu.taken != attempt.fence) continue;
        gpu.taken = 0;
        if (part.exit && part.exit->kind == ExitKind::kGpuLost) gpu.fault = "it failed under a task";
    }
    room_changed(d, *node);
}

void lose(Deciding& d, Attempt& attempt, AttemptPart& part, std::string reason) {
    if (part.lost) return;
    part.lost = true;
    if (!part.exit || part.exit->kind == ExitKind::kOk)
        part.exit = AttemptExit{.kind = ExitKind::kLost, .reason = std::move(reason)};
    d.changed(attempt);
}

void drop_when_over(Deciding& d, Attempt& attempt) {
    if (!attempt.settled || !std::ranges::all_of(attempt.parts, &AttemptPart::released)) return;
    for (const AttemptPart& part : attempt.parts) {
        if (PoolNode* node = node_of(d.world, part)) node->fences.erase(attempt.fence);
    }
    d.world.preempting.erase(attempt.fence);
    const auto at = d.world.attempts.find(attempt.fence);
    d.out.ended.push_back(std::move(at->second));
    d.world.attempts.erase(at);
}

}  // namespace goetia
