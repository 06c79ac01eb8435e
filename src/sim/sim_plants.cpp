// Where planted bugs change what the master does.
#include <algorithm>

#include "sim/sim_master.h"

namespace goetia {
namespace {

void free_devices(World& world, Attempt& attempt) {
    for (AttemptPart& part : attempt.parts) {
        if (part.released) continue;
        PoolNode& node = world.nodes.at(part.node);
        part.released = true;
        node.taken_cores -= part.cores;
        for (PoolGpu& gpu : node.gpus) {
            if (gpu.taken == attempt.fence) gpu.taken = 0;
        }
        world.free.update(node);
    }
}

}  // namespace

void SimMaster::plant_before(PoolEvent& event) {
    const Plant plant = context_.plant;
    if (auto* submitted = std::get_if<TaskSubmitted>(&event); submitted && plant == Plant::kLostEarly)
        submitted->task.limits.lost_after = kSecond;
    if (auto* arrived = std::get_if<CheckpointArrived>(&event); arrived && plant == Plant::kFenceUnchecked) {
        for (const auto& [id, task] : world_.tasks) {
            if (promises_.fences.contains(arrived->fence) && promises_.fences.at(arrived->fence) == id &&
                world_.attempts.contains(task.fence)) {
                arrived->fence = task.fence;
                arrived->node = world_.attempts.at(task.fence).parts[0].node;
                break;
            }
        }
    }
    auto* reported = std::get_if<NodeReported>(&event);
    if (!reported) return;
    PoolNode& node = world_.nodes.at(reported->node);
    if (plant == Plant::kAbsentAtOnce) reported->status.generation = node.generation;
    if (plant == Plant::kOldSessionHeard && node.connected) {
        reported->status.session = node.session;
        node.number = 0;
    }
}

void SimMaster::plant_after(const PoolEvent& event, Decision& decision) {
    const Plant plant = context_.plant;
    if (const auto* gone = std::get_if<NodeDisconnected>(&event); gone && plant == Plant::kReleaseOnDisconnect) {
        for (auto& [fence, attempt] : world_.attempts) {
            if (attempt.part_on(gone->node)) free_devices(world_, attempt);
        }
    }
    for (auto& [fence, attempt] : world_.attempts) {
        if (plant == Plant::kReleaseOnLost && attempt.settled) free_devices(world_, attempt);
        if (plant == Plant::kGpuFreedEarly && attempt.asked > 0) free_devices(world_, attempt);
        if (plant == Plant::kGangPartial && attempt.parts.size() > 1) {
            world_.nodes.at(attempt.parts.back().node).fences.erase(fence);
            attempt.parts.pop_back();
        }
        if (plant == Plant::kFilesNotAwaited && !attempt.settled) {
            for (AttemptPart& part : attempt.parts) part.streams_whole = part.objects_whole = true;
        }
    }
    for (const Attempt& attempt : decision.ended) {
        if (plant == Plant::kCoresLeak) world_.nodes.at(attempt.parts[0].node).taken_cores += attempt.parts[0].cores;
    }
}

}  // namespace goetia
