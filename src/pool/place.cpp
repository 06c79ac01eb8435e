// Which task gets which nodes: tasks in the order of the line, each on the first nodes of the order of FreeNodes. Room
// is kept for the first that finds none; another may only pass it where that is not delayed.
#include <algorithm>

#include "pool/deciding.h"
#include "pool/forecast.h"

namespace goetia {
namespace {

constexpr double kGpuWeight = 8;      // of a GPU-second against a core-second
constexpr double kChargedAhead = 60;  // seconds: so that tasks placed at one moment already count

bool answers(const World& world, const PoolNode& node, Moment now) {
    return state_of(node, world.policy, now) == NodeState::kOnline;
}

// Needs for which room must be left on the node by a task that may run until `longest` has passed.
const TaskNeeds* kept_on(const World& world, NodeId node, TaskId task, Moment longest, Moment now) {
    const Reservation& kept = world.reservation;
    if (kept.task == 0 || kept.task == task || now + longest <= kept.at) return nullptr;
    if (std::ranges::find(kept.nodes, node) == kept.nodes.end()) return nullptr;
    return &world.tasks.at(kept.task).needs;
}

std::vector<NodeId> nodes_for(const World& world, const TaskShape& shape, TaskId task, Moment now) {
    std::vector<NodeId> found;
    const auto wanted = static_cast<std::size_t>(shape.needs.nodes);
    world.free.each(shape.needs, [&](NodeId id) {
        const PoolNode& node = world.nodes.at(id);
        if (answers(world, node, now) && fits_now(shape.needs, node, kept_on(world, id, task, shape.longest, now)))
            found.push_back(id);
        return found.size() < wanted;
    });
    if (found.size() < wanted) found.clear();
    return found;
}

bool possible(const World& world, const TaskNeeds& needs, Moment now) {
    int found = 0;
    for (const auto& [id, node] : world.nodes) {
        const NodeState state = state_of(node, world.policy, now);
        if (state != NodeState::kOffline && state != NodeState::kLeaving && !node.drain && !node.draining &&
            lacking(needs, node) == Obstacle::kNone && ++found >= needs.nodes)
            return true;
    }
    return false;
}

AttemptPart take(Deciding& d, const PoolTask& task, Fence fence, NodeId id, int first_rank) {
    PoolNode& node = d.world.nodes.at(id);
    AttemptPart part{.node = id,
                     .cores = task.needs.cores,
                     .memory = task.needs.memory,
                     .first_rank = first_rank,
                     .ranks = std::max(1, task.needs.gpus)};
    for (const int index : choose_gpus(task.needs, node)) {
        PoolGpu& gpu = node.gpus[static_cast<std::size_t>(index)];
        gpu.taken = fence;
        part.gpus.push_back(gpu.uuid);
    }
    part.streams_whole = part.objects_whole = task.noop;
    node.taken_cores += part.cores;
    node.taken_memory += part.memory;
    node.fences.insert(fence);
    d.renew_desired(node);
    part.since = node.generation;
    d.world.free.update(node);
    return part;
}

void start_attempt(Deciding& d, PoolTask& task, const std::vector<NodeId>& nodes) {
    leave_line(d, task);
    const Fence fence = d.world.next_fence++;
    Attempt attempt{.fence = fence,
                    .task = task.id,
                    .number = ++task.attempts,
                    .resume = task.checkpoint,
                    .placed = d.now,
                    .charged = d.now};
    for (const NodeId node : nodes)
        attempt.parts.push_back(
            take(d, task, fence, node, static_cast<int>(attempt.parts.size()) * std::max(1, task.needs.gpus)));
    task.fence = fence;
    task.progress = {.step = task.checkpoint ? task.checkpoint->step : 0, .steps = task.progress.steps};
    PoolUser& user = d.user_of(task);
    user.use += kChargedAhead * task.needs.nodes * (kGpuWeight * task.needs.gpus + task.needs.cores);
    d.changed(d.world.attempts.emplace(fence, std::move(attempt)).first->second);
    move_task(d, task, TaskState::kDispatching, "");
}

// Chooses the nodes where the task should have room first.
bool reserve(Deciding& d, const PoolTask& task) {
    std::vector<std::pair<Moment, NodeId>> times;
    for (const auto& [id, node] : d.world.nodes) {
        if (!answers(d.world, node, d.now)) continue;
        if (const Moment at = free_at(d.world, node, task.needs, d.now); at < kNever) times.emplace_back(at, id);
    }
    const auto wanted = static_cast<std::size_t>(task.needs.nodes);
    if (times.size() < wanted) return false;
    std::ranges::sort(times);
    times.resize(wanted);
    Reservation kept{.task = task.id, .at = times.back().first, .nodes = {}};
    for (const auto& [at, id] : times) kept.nodes.push_back(id);
    d.world.reservation = std::move(kept);
    return true;
}

// The reservation belongs to the first task of the line if that finds no place. `next` is the first that may have one.
void keep_room_before(Deciding& d, const WaitingLine::First& next) {
    const WaitingLine::First blocked = d.world.line.first_blocked(d.world.users);
    const TaskId first = blocked.task != 0 && blocked < next ? blocked.task : 0;
    const TaskId kept = d.world.reservation.task;
    if (kept == first || (first == 0 && kept == next.task)) return;
    forget_reservation(d);
    if (first != 0 && !reserve(d, d.world.tasks.at(first)) && !possible(d.world, blocked.shape->needs, d.now))
        d.world.line.block(*blocked.shape, true);
}

}  // namespace

void forget_reservation(Deciding& d) {
    if (d.world.reservation.task == 0) return;
    d.world.reservation = {};
    d.world.line.open_all();
}

void node_changed(Deciding& d, PoolNode& node) {
    d.world.free.update(node);
    d.world.line.open_all();
}

void room_changed(Deciding& d, PoolNode& node) {
    d.world.free.update(node);
    if (!answers(d.world, node, d.now)) return;
    d.world.line.open_if([&](const TaskShape& shape) {
        const TaskId kept = d.world.reservation.task;
        const bool is_kept = kept != 0 && shape_of(d.world.tasks.at(kept)) == shape;
        return fits_now(shape.needs, node, is_kept ? nullptr : kept_on(d.world, node.id, 0, shape.longest, d.now));
    });
}

void place(Deciding& d) {
    World& world = d.world;
    while (true) {
        WaitingLine::First next = world.line.first_open(world.users);
        if (next.task == 0) return;
        keep_room_before(d, next);
        next = world.line.first_open(world.users);  // a reservation that was given up lets others try again
        if (next.task == 0) return;
        PoolTask& task = world.tasks.at(next.task);
        if (std::string spent = spent_budget(world, task); !spent.empty()) {
            leave_line(d, task);
            task.intent = Intent::kPause;
            move_task(d, task, TaskState::kPaused, std::move(spent));
            continue;
        }
        const std::vector<NodeId> nodes = nodes_for(world, *next.shape, next.task, d.now);
        if (nodes.empty()) world.line.block(*next.shape, !possible(world, next.shape->needs, d.now));
        else start_attempt(d, task, nodes);
    }
}

void refresh_reservation(Deciding& d) {
    World& world = d.world;
    world.line.reorder();
    const WaitingLine::First blocked = world.line.first_blocked(world.users);
    const Reservation before = world.reservation;
    if (before.task != blocked.task) forget_reservation(d);
    if (blocked.task == 0) return;
    if (!reserve(d, world.tasks.at(blocked.task))) {
        if (!possible(world, blocked.shape->needs, d.now)) world.line.block(*blocked.shape, true);
        forget_reservation(d);
    } else if (before.nodes != world.reservation.nodes || before.at < world.reservation.at) {
        world.line.open_all();
    }
}

}  // namespace goetia
