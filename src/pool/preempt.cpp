// Preemption: tasks of clearly lower priority are stopped with a checkpoint where the first in the line finds no place.
// They wait with the time that they have waited already, and go on from there.
#include <algorithm>

#include "pool/deciding.h"

namespace goetia {
namespace {

struct Victims {
    std::vector<Fence> fences;  // none: it fits as it is
    NodeId node = 0;
};

bool may_be_preempted(const Deciding& d, const Attempt& attempt, const PoolTask& by) {
    const auto found = d.world.tasks.find(attempt.task);
    if (attempt.settled || attempt.asked > 0 || attempt.started == 0 || found == d.world.tasks.end()) return false;
    const PoolTask& task = found->second;
    return task.preemptible && !task.noop && task.intent != Intent::kStop &&
           task.priority + d.world.policy.preempt_margin <= by.priority &&
           d.now - attempt.started >= d.world.policy.preempt_after;
}

// The fewest on this node that make room, the lowest priority and the latest started first; empty when all do not.
std::optional<Victims> victims_on(const Deciding& d, const PoolNode& node, const PoolTask& by) {
    Victims victims{{}, node.id};
    if (fits_now(by.needs, node)) return victims;
    std::vector<std::tuple<int, Moment, Fence>> order;
    for (const Fence fence : node.fences) {
        const Attempt& attempt = d.world.attempts.at(fence);
        if (may_be_preempted(d, attempt, by))
            order.emplace_back(d.world.tasks.at(attempt.task).priority, -attempt.started, fence);
    }
    std::ranges::sort(order);
    PoolNode ahead = node;
    for (const auto& [priority, started, fence] : order) {
        const AttemptPart& part = *d.world.attempts.at(fence).part_on(node.id);
        if (by.needs.gpus > 0 && part.gpus.empty() && ahead.free_cores() >= by.needs.cores) continue;  // would not help
        ahead.taken_cores -= part.cores;
        ahead.taken_memory -= part.memory;
        for (PoolGpu& gpu : ahead.gpus) {
            if (gpu.taken == fence) gpu.taken = 0;
        }
        victims.fences.push_back(fence);
        if (fits_now(by.needs, ahead)) return victims;
    }
    return std::nullopt;
}

}  // namespace

void preempt(Deciding& d) {
    World& world = d.world;
    std::erase_if(world.preempting, [&](Fence fence) { return !world.attempts.contains(fence); });
    const Reservation& kept = world.reservation;
    if (kept.task == 0 || !world.preempting.empty() || kept.at - d.now < world.policy.preempt_after) return;
    const PoolTask& task = world.tasks.at(kept.task);
    std::vector<Victims> choices;
    for (const auto& [id, node] : world.nodes) {
        if (state_of(node, world.policy, d.now) != NodeState::kOnline || lacking(task.needs, node) != Obstacle::kNone)
            continue;
        if (auto victims = victims_on(d, node, task)) choices.push_back(std::move(*victims));
    }
    const auto wanted = static_cast<std::size_t>(task.needs.nodes);
    if (choices.size() < wanted) return;
    std::ranges::stable_sort(choices, {}, [](const Victims& victims) { return victims.fences.size(); });
    choices.resize(wanted);
    for (const Victims& victims : choices) world.preempting.insert(victims.fences.begin(), victims.fences.end());
    for (const Fence fence : world.preempting) ask(d, world.attempts.at(fence), Wish::kStop, EndCause::kPreempted);
    refresh_reservation(d);
}

}  // namespace goetia
