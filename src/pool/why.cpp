#include "pool/why.h"

#include <algorithm>

#include <fmt/format.h>

#include "pool/forecast.h"

namespace goetia {
namespace {

constexpr std::size_t kFarthestLookedAt = 1000;  // tasks before it that are placed in thought

NodeObstacle obstacle_at(const World& world, const PoolTask& task, const PoolNode& node, Moment now) {
    switch (state_of(node, world.policy, now)) {
        case NodeState::kOffline:
        case NodeState::kSuspect: return {Obstacle::kOffline, "", ""};
        case NodeState::kDraining:
        case NodeState::kLeaving: return {Obstacle::kDraining, "", ""};
        case NodeState::kOnline: break;
    }
    if (const Obstacle found = lacking(task.needs, node); found != Obstacle::kNone)
        return explained(found, task.needs, node);
    if (!fits_now(task.needs, node)) return explained(Obstacle::kBusy, task.needs, node);
    return {};
}

bool is_kept_from(const World& world, const PoolTask& task, const PoolNode& node) {
    const Reservation& kept = world.reservation;
    return kept.task != 0 && kept.task != task.id && std::ranges::find(kept.nodes, node.id) != kept.nodes.end() &&
           !fits_now(task.needs, node, &world.tasks.at(kept.task).needs);
}

// The line in its order up to the task, and it. Users' parts stay as they are now.
std::vector<TaskId> line_up_to(const World& world, const PoolTask& task) {
    std::vector<std::pair<Moment, TaskId>> order;
    Moment own = kNever;
    for (const auto& [shape, group] : world.line.groups()) {
        for (const auto& [user, tasks] : group.waiting) {
            const auto known = world.users.find(user);
            const Moment behind = known != world.users.end() ? known->second.behind : 0;
            for (const auto& [rank, id] : tasks) {
                order.emplace_back(rank + behind, id);
                if (id == task.id) own = rank + behind;
            }
        }
    }
    std::erase_if(order, [&](const auto& one) { return one > std::pair(own, task.id); });
    std::ranges::sort(order);
    std::vector<TaskId> ids;
    for (const auto& [key, id] : order) ids.push_back(id);
    return ids;
}

// Nodes looked ahead: each task is given the nodes where it fits first, which are then taken until its expected end.
class LookAhead {
  public:
    LookAhead(const World& world, Moment now) : world_(world), now_(now) {
        for (const auto& [id, node] : world.nodes) {
            if (state_of(node, world.policy, now) == NodeState::kOnline) nodes_.push_back({node, {}});
        }
    }

    // kNever: it finds no place.
    Moment place(const PoolTask& task) {
        std::vector<std::pair<Moment, std::size_t>> times;
        for (std::size_t i = 0; i < nodes_.size(); ++i) times.emplace_back(free_from(nodes_[i], task.needs), i);
        const auto wanted = static_cast<std::size_t>(task.needs.nodes);
        if (times.size() < wanted) return kNever;
        std::ranges::sort(times);
        const Moment start = times[wanted - 1].first;
        if (start >= kNever) return kNever;
        const Moment end =
            start + remaining_of(world_, task, now_).value_or(task.limits.soft > 0 ? task.limits.soft : kHour);
        for (std::size_t i = 0; i < wanted; ++i) nodes_[times[i].second].later.emplace_back(end, task.needs);
        return start;
    }

  private:
    struct Ahead {
        PoolNode node;
        std::vector<std::pair<Moment, TaskNeeds>> later;  // (until when, what) was given to tasks of the line
    };

    [[nodiscard]] Moment free_from(const Ahead& ahead, const TaskNeeds& needs) const {
        const Moment running = free_at(world_, ahead.node, needs, now_);
        if (running >= kNever || ahead.later.empty()) return running;
        // Beside those given before as long as its hardware holds all of them, else after enough of them have ended.
        std::vector<std::pair<Moment, TaskNeeds>> later = ahead.later;
        std::ranges::sort(later, {}, &std::pair<Moment, TaskNeeds>::first);
        Moment start = running;
        while (!later.empty() && !fits_beside(ahead.node, needs, later)) {
            start = std::max(start, later.front().first);
            later.erase(later.begin());
        }
        return start;
    }

    static bool fits_beside(const PoolNode& node, const TaskNeeds& needs,
                            const std::vector<std::pair<Moment, TaskNeeds>>& others) {
        int gpus = needs.gpus, cores = needs.cores;
        std::int64_t memory = needs.memory;
        for (const auto& [until, other] : others) gpus += other.gpus, cores += other.cores, memory += other.memory;
        const auto in_order = std::ranges::count_if(node.gpus, [](const PoolGpu& gpu) { return gpu.fault.empty(); });
        return gpus <= in_order && cores <= node.cores && memory <= node.memory;
    }

    const World& world_;
    Moment now_;
    std::vector<Ahead> nodes_;
};

std::string waiting_sentence(const TaskWhy& found, const PoolTask& task, Moment now) {
    if (task.not_before > now)
        return fmt::format("it is tried again in {} s after a fault: {}", (task.not_before - now + 999) / kSecond,
                           task.reason);
    if (found.nodes.empty()) return "the pool has no nodes; add one with 'goetia node token create'";
    std::map<Obstacle, int> counts;
    for (const NodeWhy& one : found.nodes) ++counts[one.obstacle.obstacle];
    std::string said;
    for (const auto& [obstacle, count] : counts) {
        if (obstacle != Obstacle::kNone)
            said += fmt::format("{}{} {}", said.empty() ? "" : ", ", count, name_of(obstacle));
    }
    if (said.empty()) return "it is next";
    return fmt::format("it needs {} of {} nodes: {}", task.needs.nodes, found.nodes.size(), said);
}

void look_at_nodes(const World& world, const PoolTask& task, Moment now, TaskWhy& found) {
    int fitting = 0;
    for (const auto& [id, node] : world.nodes) {
        NodeWhy one{id, obstacle_at(world, task, node, now), 0};
        if (one.obstacle.obstacle == Obstacle::kNone && is_kept_from(world, task, node)) {
            one.obstacle = explained(Obstacle::kBusy, task.needs, node);
            one.kept_for = world.reservation.task;
        }
        if (one.obstacle.obstacle == Obstacle::kNone) ++fitting;
        found.nodes.push_back(std::move(one));
    }
    if (fitting >= task.needs.nodes) return;
    for (NodeWhy& one : found.nodes) {
        if (one.obstacle.obstacle == Obstacle::kNone)
            one.obstacle = {Obstacle::kNotEnoughNodes, std::to_string(task.needs.nodes), std::to_string(fitting)};
    }
}

}  // namespace

TaskWhy why(const World& world, const PoolTask& task, Moment now) {
    TaskWhy found;
    if (task.state != TaskState::kQueued) {
        found.sentence = task.reason.empty() ? std::string(info_of(task.state).sentence) : task.reason;
        return found;
    }
    look_at_nodes(world, task, now, found);
    found.sentence = waiting_sentence(found, task, now);
    const std::vector<TaskId> line = line_up_to(world, task);
    found.ahead = line.empty() ? 0 : line.size() - 1;
    if (line.size() > kFarthestLookedAt) return found;
    LookAhead ahead(world, now);
    for (const TaskId id : line) {
        const Moment start = ahead.place(world.tasks.at(id));
        if (id == task.id && start < kNever) found.starts = std::max(start, task.not_before);
    }
    if (line.empty()) {  // it is delayed, and stands nowhere yet
        const Moment start = ahead.place(task);
        if (start < kNever) found.starts = std::max(start, task.not_before);
    }
    return found;
}

std::optional<Moment> expected_end(const World& world, const PoolTask& task, Moment now) {
    const auto left = remaining_of(world, task, now);
    return left ? std::optional(now + *left) : std::nullopt;
}

}  // namespace goetia
