// What time alone brings about: leases, delays, limits, budgets, fair shares.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "pool/deciding.h"

namespace goetia {
namespace {

// What users used fades, and decides how far their tasks stand behind.
void share_out(Deciding& d) {
    World& world = d.world;
    const double passed = static_cast<double>(d.now - world.ticked) / static_cast<double>(world.policy.share_half_life);
    const double kept = std::exp2(-std::clamp(passed, 0.0, 1000.0));
    double all = 0;
    for (auto& [id, user] : world.users) all += user.use *= kept;
    const Moment most = kFairSharePoints * world.policy.ageing / kAgeingPoints;
    for (auto& [id, user] : world.users) {
        user.running_cost = 0;
        user.behind = all > 0 ? static_cast<Moment>(user.use / all * static_cast<double>(most)) : 0;
    }
}

void end_delays(Deciding& d) {
    auto& delayed = d.world.delayed;
    while (!delayed.empty() && delayed.begin()->first <= d.now) {
        const PoolTask& task = d.world.tasks.at(delayed.begin()->second);
        delayed.erase(delayed.begin());
        d.world.line.add(task, d.world.policy);
    }
}

std::string readable_minutes(Moment time) { return fmt::format("{:.0f} min", static_cast<double>(time) / kMinute); }

void lose_silent(Deciding& d, const PoolNode& node) {
    const Moment silent = d.now - node.seen;
    if (d.now - d.world.started < d.world.policy.start_grace || silent <= d.world.policy.lease) return;
    const std::set<Fence> fences = node.fences;
    for (const Fence fence : fences) {
        const auto at = d.world.attempts.find(fence);
        if (at == d.world.attempts.end() || at->second.settled) continue;
        AttemptPart& part = *at->second.part_on(node.id);
        const PoolTask* task = d.task_of(at->second);
        if (part.done() || (task && silent <= task->limits.lost_after)) continue;
        lose(d, at->second, part,
             fmt::format("node '{}' has not answered for {}", node.name, readable_minutes(silent)));
        review(d, at->second);
    }
}

void keep_limits(Deciding& d, Attempt& attempt, PoolTask& task) {
    const TaskLimits& limits = task.limits;
    const Moment ran = task.ran + (attempt.started > 0 ? d.now - attempt.started : 0);
    const Moment soft = limits.soft > 0 ? limits.soft : limits.hard;
    const bool soft_first = limits.soft > 0 && (limits.hard == 0 || limits.soft < limits.hard);
    if (soft > 0 && ran >= soft && attempt.asked == 0 && attempt.exited == 0)
        ask(d, attempt, Wish::kStop, soft_first ? EndCause::kSoftLimit : EndCause::kHardLimit,
            fmt::format("it reached its {} time limit of {}", soft_first ? "soft" : "hard", readable_minutes(soft)));
    if (limits.hard > 0 && ran >= limits.hard && attempt.asked > 0 && attempt.exited == 0 &&
        d.now - attempt.asked >= d.world.policy.stop_grace)
        ask(d, attempt, Wish::kPurge, EndCause::kHardLimit,
            fmt::format("it reached its hard time limit of {}", readable_minutes(limits.hard)));
}

void keep_budget(Deciding& d, Attempt& attempt, PoolTask& task) {
    if (attempt.asked > 0 || attempt.exited > 0) return;
    std::string spent = spent_budget(d.world, task);
    if (spent.empty()) return;
    if (task.intent == Intent::kRun) task.intent = Intent::kPause, d.changed(task);
    ask(d, attempt, Wish::kStop, EndCause::kBudget, std::move(spent));
}

// The files of an ended attempt that never arrive must not hold up its task for ever.
void give_up_files(Deciding& d, Attempt& attempt) {
    if (attempt.exited == 0 || d.now - attempt.exited < d.world.policy.close_limit) return;
    for (AttemptPart& part : attempt.parts) {
        if (!part.done()) lose(d, attempt, part, "its last files did not arrive");
    }
}

void watch_attempt(Deciding& d, Attempt& attempt) {
    PoolTask* task = d.task_of(attempt);
    if (attempt.settled || !task) return;
    keep_limits(d, attempt, *task);
    keep_budget(d, attempt, *task);
    if (attempt.paused > 0 && task->state == TaskState::kPaused && d.now - attempt.paused >= d.world.policy.pause_hold)
        ask(d, attempt, Wish::kStop, EndCause::kPauseHeldLong);
    give_up_files(d, attempt);
    review(d, attempt);
}

// A node that falls silent changes by time alone, and nothing else would say so.
void tell_silent(Deciding& d, Moment before) {
    for (const auto& [id, node] : d.world.nodes) {
        if (state_of(node, d.world.policy, before) != state_of(node, d.world.policy, d.now)) d.changed(node);
    }
}

}  // namespace

void on_tick(Deciding& d) {
    World& world = d.world;
    share_out(d);
    tell_silent(d, world.ticked);
    world.ticked = d.now;
    end_delays(d);
    for (const auto& [id, node] : world.nodes) lose_silent(d, node);
    std::vector<Fence> fences;
    for (auto& [fence, attempt] : world.attempts) {
        if (attempt.settled) continue;
        charge(d, attempt);
        fences.push_back(fence);
        if (const PoolTask* task = d.task_of(attempt)) d.user_of(*task).running_cost += attempt.cost;
    }
    for (const Fence fence : fences) {
        if (const auto at = world.attempts.find(fence); at != world.attempts.end()) watch_attempt(d, at->second);
    }
    refresh_reservation(d);
    preempt(d);
}

}  // namespace goetia
