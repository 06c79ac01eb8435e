#include "pool/forecast.h"

#include <algorithm>

namespace goetia {
namespace {

constexpr Moment kStopping = 30 * kSecond;  // to write a checkpoint and upload it
constexpr Moment kUnknown = 24 * kHour;
constexpr int kRemembered = 20;  // runs

// Gives the node what the part took, for looking ahead.
void give_back(PoolNode& node, const Attempt& attempt, const AttemptPart& part) {
    node.taken_cores -= part.cores;
    node.taken_memory -= part.memory;
    for (PoolGpu& gpu : node.gpus) {
        if (gpu.taken == attempt.fence) gpu.taken = 0;
    }
}

}  // namespace

std::optional<Moment> remaining_of(const World& world, const PoolTask& task, Moment now) {
    const TaskProgress& seen = task.progress;
    if (seen.steps > 0 && seen.step > seen.first_step && seen.last > seen.first) {
        const double pace =
            static_cast<double>(seen.last - seen.first) / static_cast<double>(seen.step - seen.first_step);
        const auto left = static_cast<Moment>(pace * static_cast<double>(seen.steps - seen.step));
        return std::max<Moment>(left - (now - seen.last), 0);
    }
    const auto like = world.like.find(task.like);
    if (task.like.empty() || like == world.like.end()) return std::nullopt;
    Moment ran = task.ran;
    if (const auto attempt = world.attempts.find(task.fence);
        attempt != world.attempts.end() && attempt->second.started > 0)
        ran += now - attempt->second.started;
    return std::max<Moment>(static_cast<Moment>(like->second.mean) - ran, 0);
}

Moment expected_end(const World& world, const Attempt& attempt, Moment now) {
    if (attempt.settled || attempt.exited > 0) return now;
    if (attempt.asked > 0) return std::max(attempt.asked + kStopping, now);
    const auto found = world.tasks.find(attempt.task);
    if (found == world.tasks.end()) return now;
    const PoolTask& task = found->second;
    const Moment begun = attempt.started > 0 ? attempt.started : attempt.placed;
    const Moment limit = task.limits.soft > 0 ? task.limits.soft : task.limits.hard;
    Moment end = limit > 0 ? std::max(begun + limit - task.ran, now) : now + kUnknown;
    if (const auto left = remaining_of(world, task, now)) end = std::min(end, now + *left);
    return end;
}

void learn_duration(LikeRuns& runs, Moment ran) {
    runs.count = std::min(runs.count + 1, kRemembered);
    runs.mean += (static_cast<double>(ran) - runs.mean) / runs.count;
}

Moment free_at(const World& world, const PoolNode& node, const TaskNeeds& needs, Moment now) {
    if (lacking(needs, node) != Obstacle::kNone) return kNever;
    if (fits_now(needs, node)) return now;
    std::vector<std::pair<Moment, Fence>> ends;
    for (const Fence fence : node.fences) {
        const Attempt& attempt = world.attempts.at(fence);
        if (!attempt.part_on(node.id)->released) ends.emplace_back(expected_end(world, attempt, now), fence);
    }
    std::ranges::sort(ends);
    PoolNode ahead = node;
    for (const auto& [end, fence] : ends) {
        const Attempt& attempt = world.attempts.at(fence);
        give_back(ahead, attempt, *attempt.part_on(node.id));
        if (fits_now(needs, ahead)) return end;
    }
    return kNever;  // what is in the way is not ours: memory that others use, a GPU that failed
}

}  // namespace goetia
