#include "pool/decide.h"

#include <algorithm>

#include <fmt/format.h>

#include "pool/deciding.h"

namespace goetia {
namespace {

void on(Deciding& d, const MasterStarted& /*event*/) {
    d.world.started = d.world.ticked = d.now;
    for (auto& [id, node] : d.world.nodes) node.seen = d.now;
}

void on(Deciding& d, const Ticked& /*event*/) { on_tick(d); }
void on(Deciding& d, const ControlAsked& event) { on_control(d, event); }
void on(Deciding& d, const NodeReported& event) { on_status(d, event); }

void on(Deciding& d, const TaskSubmitted& event) {
    if (event.task.id == 0 || d.world.tasks.contains(event.task.id)) {
        d.out.refused = make_error(Code::kWrongState, "task '{}' exists already", event.task.id);
        return;
    }
    PoolTask& task = d.world.tasks.emplace(event.task.id, event.task).first->second;
    task.state = TaskState::kPending;
    task.priority = std::clamp(task.priority, kLowestPriority, kHighestPriority);
    task.queued = d.now;
    d.user_of(task);
    d.changed(task);
    if (event.ready) queue_task(d, task, "");
}

void on(Deciding& d, const TaskPrepared& event) {
    const auto found = d.world.tasks.find(event.task);
    if (found == d.world.tasks.end() || found->second.state != TaskState::kPending) return;  // it was stopped meanwhile
    if (event.error.empty()) queue_task(d, found->second, "");
    else move_task(d, found->second, TaskState::kFailed, event.error);
}

void on(Deciding& d, const BudgetSet& event) {
    if (event.task != 0) {
        const auto found = d.world.tasks.find(event.task);
        if (found == d.world.tasks.end())
            return void(d.out.refused = not_found("there is no task '{}' that is not finished", event.task));
        found->second.budget = event.budget;
        d.changed(found->second);
    } else {
        PoolUser& user = d.world.users[event.user];
        user.id = event.user;
        user.budget = event.budget;
        d.changed(user);
    }
}

void on(Deciding& d, const NodeAdded& event) {
    const auto [at, is_new] = d.world.nodes.try_emplace(event.node.id, event.node);
    PoolNode& node = at->second;
    if (!is_new) node.name = event.node.name, node.price = event.node.price;
    else node.seen = d.now;
    d.changed(node);
    d.world.free.update(node);
}

void on(Deciding& d, const NodeConnected& event) {
    const auto found = d.world.nodes.find(event.node);
    if (found == d.world.nodes.end()) return void(d.out.refused = not_found("there is no node '{}'", event.node));
    PoolNode& node = found->second;
    if (event.session <= node.session) {
        d.out.refused = make_error(Code::kWrongState, "node '{}' has a newer connection", node.name);
        return;
    }
    node.session = event.session;
    node.connected = true;
    node.heard = node.leaving = node.draining = node.strangers = false;
    node.number = 0;
    node.generation = 1;
    for (const Fence fence : node.fences) {
        AttemptPart& part = *d.world.attempts.at(fence).part_on(node.id);
        part.since = part.until = 1;
    }
    d.world.free.update(node);
    d.out.desired.push_back(node.id);
}

void on(Deciding& d, const NodeDisconnected& event) {
    const auto found = d.world.nodes.find(event.node);
    if (found == d.world.nodes.end() || found->second.session != event.session) return;
    found->second.connected = found->second.heard = false;
    d.changed(found->second);
    d.world.free.update(found->second);
}

void on(Deciding& d, const NodeDrainAsked& event) {
    const auto found = d.world.nodes.find(event.node);
    if (found == d.world.nodes.end()) return void(d.out.refused = not_found("there is no node '{}'", event.node));
    found->second.drain = event.drain;
    d.changed(found->second);
    d.renew_desired(found->second);
    node_changed(d, found->second);
}

void on(Deciding& d, const NodeChangeAsked& event) {
    const auto found = d.world.nodes.find(event.node);
    if (found == d.world.nodes.end()) return void(d.out.refused = not_found("there is no node '{}'", event.node));
    PoolNode& node = found->second;
    if (event.price && *event.price != node.price) {
        for (const Fence fence : node.fences) charge(d, d.world.attempts.at(fence));  // until now at the old price
        node.price = *event.price;
    }
    if (event.name) node.name = *event.name;
    if (event.labels) node.given_labels = *event.labels;
    d.changed(node);
    node_changed(d, node);
}

void on(Deciding& d, const NodeRemoved& event) {
    const auto found = d.world.nodes.find(event.node);
    if (found == d.world.nodes.end()) return void(d.out.refused = not_found("there is no node '{}'", event.node));
    found->second.connected = false;
    const std::set<Fence> fences = found->second.fences;
    for (const Fence fence : fences) {
        Attempt& attempt = d.world.attempts.at(fence);
        AttemptPart& part = *attempt.part_on(event.node);
        if (!part.done()) lose(d, attempt, part, "its node was removed from the pool");
        release(d, attempt, part);
        review(d, attempt);
    }
    d.world.free.remove(event.node);
    d.world.nodes.erase(found);
    d.out.removed.push_back(event.node);
}

// The part of a live attempt on the node that sent something; nothing is taken from another node.
AttemptPart* part_from(Deciding& d, Fence fence, NodeId node, Attempt*& attempt) {
    const auto found = d.world.attempts.find(fence);
    if (found == d.world.attempts.end() || found->second.settled) return nullptr;
    attempt = &found->second;
    return attempt->part_on(node);
}

void on(Deciding& d, const StreamsWhole& event) {
    Attempt* attempt = nullptr;
    AttemptPart* part = part_from(d, event.fence, event.node, attempt);
    if (!part || part->streams_whole) return;
    part->streams_whole = true;
    d.changed(*attempt);
    review(d, *attempt);
}

void on(Deciding& d, const ObjectsWhole& event) {
    Attempt* attempt = nullptr;
    AttemptPart* part = part_from(d, event.fence, event.node, attempt);
    if (!part || part->objects_whole) return;
    part->objects_whole = true;
    d.changed(*attempt);
    review(d, *attempt);
}

void on(Deciding& d, const CheckpointArrived& event) {
    Attempt* attempt = nullptr;
    if (!part_from(d, event.fence, event.node, attempt)) return;
    PoolTask* task = d.task_of(*attempt);
    if (!task || superseded(*attempt, *task)) return;
    if (task->checkpoint && event.checkpoint.step < task->checkpoint->step) return;
    if (!task->checkpoint || event.checkpoint.step > task->checkpoint->step) task->faults = 0;  // it gets further
    task->checkpoint = event.checkpoint;
    d.changed(*task);
}

void on(Deciding& d, const StepSeen& event) {
    const auto found = d.world.attempts.find(event.fence);
    PoolTask* task = found != d.world.attempts.end() && !found->second.settled ? d.task_of(found->second) : nullptr;
    if (!task || superseded(found->second, *task)) return;
    TaskProgress& seen = task->progress;
    if (event.steps > 0) seen.steps = event.steps;
    if (seen.first == 0) seen.first = d.now, seen.first_step = event.step;
    if (event.step >= seen.step) seen.step = event.step, seen.last = d.now;
}

template <class T>
void name_once(std::vector<T>& names) {
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
}

// What left the world is handed over whole, and not named as changed.
void tidy(const World& world, Decision& out) {
    name_once(out.tasks), name_once(out.attempts), name_once(out.nodes), name_once(out.users), name_once(out.like);
    std::erase_if(out.tasks, [&](TaskId id) { return !world.tasks.contains(id); });
    std::erase_if(out.attempts, [&](Fence fence) { return !world.attempts.contains(fence); });
    std::erase_if(out.nodes, [&](NodeId id) { return !world.nodes.contains(id); });
    std::erase_if(out.desired, [&](NodeId id) { return !world.nodes.contains(id); });
}

void take_again(World& world, Attempt& attempt) {
    for (AttemptPart& part : attempt.parts) {
        part.since = part.until = 0;
        const auto found = world.nodes.find(part.node);
        if (found == world.nodes.end()) continue;
        PoolNode& node = found->second;
        node.fences.insert(attempt.fence);
        if (part.released) continue;
        node.taken_cores += part.cores;
        node.taken_memory += part.memory;
        for (PoolGpu& gpu : node.gpus) {
            if (std::ranges::find(part.gpus, gpu.uuid) != part.gpus.end()) gpu.taken = attempt.fence;
        }
    }
}

}  // namespace

void Deciding::renew_desired(PoolNode& node) {
    if (!node.connected || std::ranges::find(out.desired, node.id) != out.desired.end()) return;
    ++node.generation;
    out.desired.push_back(node.id);
}

PoolTask* Deciding::task_of(const Attempt& attempt) {
    const auto found = world.tasks.find(attempt.task);
    return found != world.tasks.end() ? &found->second : nullptr;
}

PoolUser& Deciding::user_of(const PoolTask& task) {
    PoolUser& user = world.users[task.user];
    user.id = task.user;
    return user;
}

void rebuild(World& world) {
    world.line = {};
    world.delayed.clear();
    world.free = {};
    world.reservation = {};
    world.preempting.clear();
    for (auto& [id, node] : world.nodes) {
        node.connected = node.heard = node.draining = node.leaving = node.strangers = false;
        node.session = node.number = node.generation = 0;
        node.taken_cores = 0;
        node.taken_memory = 0;
        node.fences.clear();
        for (PoolGpu& gpu : node.gpus) gpu.taken = 0;
    }
    for (auto& [fence, attempt] : world.attempts) {
        take_again(world, attempt);
        world.next_fence = std::max(world.next_fence, fence + 1);
    }
    for (const auto& [id, task] : world.tasks) {
        if (task.state != TaskState::kQueued) continue;
        if (task.not_before > 0) world.delayed.emplace(task.not_before, id);
        else world.line.add(task, world.policy);
    }
    for (const auto& [id, node] : world.nodes) world.free.update(node);
}

std::vector<WantedPart> wanted_on(const World& world, const PoolNode& node) {
    std::vector<WantedPart> wanted;
    for (const Fence fence : node.fences) {
        const Attempt& attempt = world.attempts.at(fence);
        if (!attempt.settled) wanted.push_back({&attempt, attempt.part_on(node.id)});
    }
    return wanted;
}

Decision decide(World& world, const PoolEvent& event, Moment now) {
    Decision out;
    Deciding d{world, now, out};
    std::visit([&](const auto& one) { on(d, one); }, event);
    if (!out.refused) place(d);
    tidy(world, out);
    return out;
}

}  // namespace goetia
