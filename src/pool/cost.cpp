// What attempts cost, and budgets.
#include <algorithm>

#include <fmt/format.h>

#include "pool/deciding.h"

namespace goetia {
namespace {

constexpr double kGpuUse = 8;  // of a GPU-second against a core-second

}  // namespace

double price_of(const PoolNode& node, const AttemptPart& part) {
    if (!node.gpus.empty())
        return node.price * static_cast<double>(part.gpus.size()) / static_cast<double>(node.gpus.size());
    return node.cores > 0 ? node.price * std::min(1.0, static_cast<double>(part.cores) / node.cores) : 0;
}

void charge(Deciding& d, Attempt& attempt) {
    const Moment passed = d.now - attempt.charged;
    if (attempt.settled || passed <= 0) return;
    attempt.charged = d.now;
    double weight = 0;
    for (const AttemptPart& part : attempt.parts) {
        const auto node = d.world.nodes.find(part.node);
        if (part.released || node == d.world.nodes.end()) continue;
        attempt.cost += price_of(node->second, part) * static_cast<double>(passed) / static_cast<double>(kHour);
        weight += kGpuUse * static_cast<double>(part.gpus.size()) + part.cores;
    }
    const PoolTask* task = d.task_of(attempt);
    if (task) d.user_of(*task).use += weight * static_cast<double>(passed) / static_cast<double>(kSecond);
}

double spent_by(const World& world, const PoolTask& task) {
    const auto attempt = world.attempts.find(task.fence);
    return task.spent + (attempt != world.attempts.end() && !attempt->second.settled ? attempt->second.cost : 0);
}

std::string spent_budget(const World& world, const PoolTask& task) {
    if (task.budget > 0 && spent_by(world, task) >= task.budget)
        return fmt::format("its budget of {:.2f} is spent", task.budget);
    const auto user = world.users.find(task.user);
    if (user != world.users.end() && user->second.budget > 0 &&
        user->second.spent + user->second.running_cost >= user->second.budget)
        return fmt::format("its user's budget of {:.2f} is spent", user->second.budget);
    return "";
}

}  // namespace goetia
