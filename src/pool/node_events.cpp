// What a node's status says, and what its silence about an attempt means.
#include <algorithm>

#include "pool/deciding.h"

namespace goetia {
namespace {

constexpr Fence kFarthestFence =
    1000000;  // that a node may claim beyond ours, after a backup of the store was restored

void take_facts(PoolNode& node, const NodeFacts& facts) {
    node.labels.clear();
    for (const auto& [key, value] : facts.labels) node.labels.insert(key + "=" + value);
    node.libtorch = facts.libtorch;
    node.cuda = facts.cuda;
    node.driver = facts.driver;
    node.glibc = facts.glibc;
    node.processor = facts.processor;
    node.cores = facts.cores;
    node.memory = facts.memory;
    std::vector<PoolGpu> gpus;
    for (const GpuFacts& one : facts.gpus) {
        const auto known = std::ranges::find(node.gpus, one.uuid, &PoolGpu::uuid);
        PoolGpu gpu{.uuid = one.uuid, .name = one.name, .memory = one.memory, .fault = one.fault};
        if (known != node.gpus.end()) gpu.foreign = known->foreign, gpu.taken = known->taken;
        gpus.push_back(std::move(gpu));
    }
    node.gpus = std::move(gpus);
}

bool take_use(PoolNode& node, const NodeUse& use) {
    bool changed = false;
    for (std::size_t i = 0; i < std::min(node.gpus.size(), use.gpus.size()); ++i) {
        PoolGpu& gpu = node.gpus[i];
        if (gpu.taken != 0 || gpu.foreign == use.gpus[i].memory) continue;
        gpu.foreign = use.gpus[i].memory;
        changed = true;
    }
    return changed;
}

bool goes_on(AttemptPhase from, AttemptPhase to) {
    return to > from || (from == AttemptPhase::kPaused && to == AttemptPhase::kRunning);
}

// After an old backup of the store was restored, a node may have been asked for more than the master remembers.
void rise_above_wish(Deciding& d, PoolNode& node, Attempt& attempt, const AttemptStatus& status) {
    if (attempt.settled || status.wish_number <= attempt.wish_number ||
        status.wish_number - attempt.wish_number > kFarthestFence)
        return;
    attempt.wish_number = status.wish_number + 1;
    d.changed(attempt);
    d.renew_desired(node);
}

// What ran does not fetch again, and what ended does not end otherwise: the folder was gone, and the document asked for
// another before its absence was heard.
bool begun_anew(const AttemptPart& part, const AttemptStatus& status) {
    if (part.phase >= AttemptPhase::kRunning && status.phase < AttemptPhase::kRunning) return true;
    return part.phase >= AttemptPhase::kExited && part.exit && status.exit &&
           (part.exit->kind != status.exit->kind || part.exit->stopped != status.exit->stopped);
}

void take_attempt(Deciding& d, Attempt& attempt, AttemptPart& part, const AttemptStatus& status) {
    if (begun_anew(part, status) && !part.done()) lose(d, attempt, part, "its node lost it and began it anew");
    if (goes_on(part.phase, status.phase)) {
        part.phase = status.phase;
        if (part.phase >= AttemptPhase::kExited && !part.exit)
            part.exit = status.exit ? *status.exit : AttemptExit{.kind = ExitKind::kLost, .reason = "it left no word"};
        d.changed(attempt);
    }
    if (status.phase >= AttemptPhase::kExited) release(d, attempt, part);
}

// The node holds no folder of it. It has lost it if it had one, or if it has taken up the document that asks for one.
// Its devices are free only once it has taken up a document that asks for none.
void take_absence(Deciding& d, Attempt& attempt, AttemptPart& part, std::uint64_t taken_up) {
    if (attempt.settled) {
        if (part.until <= taken_up) release(d, attempt, part);
    } else if (!part.done() && (part.phase > AttemptPhase::kAssigned || part.since <= taken_up)) {
        lose(d, attempt, part, "its node no longer has it");
    }
}

void take_attempts(Deciding& d, PoolNode& node, const NodeStatus& status) {
    std::map<Fence, const AttemptStatus*> said;
    node.strangers = false;
    for (const AttemptStatus& one : status.attempts) {
        said[one.fence] = &one;
        const auto known = d.world.attempts.find(one.fence);
        const bool ours = node.fences.contains(one.fence) && std::to_string(known->second.task) == one.task;
        if (!ours && one.phase < AttemptPhase::kExited) node.strangers = true;
        if (one.fence >= d.world.next_fence && one.fence - d.world.next_fence < kFarthestFence)
            d.world.next_fence = one.fence + 1;
    }
    const std::set<Fence> fences = node.fences;
    for (const Fence fence : fences) {
        Attempt& attempt = d.world.attempts.at(fence);
        AttemptPart& part = *attempt.part_on(node.id);
        const auto one = said.find(fence);
        if (one != said.end() && one->second->task == std::to_string(attempt.task))
            rise_above_wish(d, node, attempt, *one->second), take_attempt(d, attempt, part, *one->second);
        else take_absence(d, attempt, part, status.generation);
        review(d, attempt);
    }
}

void move_away(Deciding& d, const PoolNode& node) {
    for (const Fence fence : node.fences) {
        Attempt& attempt = d.world.attempts.at(fence);
        if (!attempt.part_on(node.id)->exit) ask(d, attempt, Wish::kStop, EndCause::kNodeLeaving);
    }
}

}  // namespace

void on_status(Deciding& d, const NodeReported& event) {
    const auto found = d.world.nodes.find(event.node);
    if (found == d.world.nodes.end()) return;
    PoolNode& node = found->second;
    const NodeStatus& status = event.status;
    if (!node.connected || status.session != node.session || status.number <= node.number) return;  // late or doubled
    const NodeState before = state_of(node, d.world.policy, d.now);
    const bool strangers = node.strangers;
    node.number = status.number;
    node.seen = d.now;
    node.heard = true;
    node.draining = status.draining;
    if (status.facts) take_facts(node, *status.facts), d.changed(node);
    const bool use_changed = status.use && take_use(node, *status.use);
    if (status.leaving) {
        node.leaving = true;
        d.world.free.update(node);
        move_away(d, node);
    }
    take_attempts(d, node, status);
    if (status.facts || strangers != node.strangers || before != state_of(node, d.world.policy, d.now))
        node_changed(d, node);
    else if (use_changed) room_changed(d, node);
}

}  // namespace goetia
