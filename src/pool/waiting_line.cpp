#include "pool/waiting_line.h"

#include <algorithm>

namespace goetia {

TaskShape shape_of(const PoolTask& task) {
    return {task.needs, task.limits.hard > 0 ? std::max<Moment>(task.limits.hard - task.ran, 0) : kNever};
}

Moment rank_of(const PoolTask& task, const PoolPolicy& policy) {
    return task.queued - task.priority * policy.ageing / kAgeingPoints;
}

void WaitingLine::add(const PoolTask& task, const PoolPolicy& policy) {
    const auto [at, is_new] = groups_.try_emplace(shape_of(task));
    auto& [shape, group] = *at;
    group.waiting[task.user].emplace(rank_of(task, policy), task.id);
    ++size_;
    if (group.blocked) blocked_known_ = false;
    else open_.insert(&*at);
}

void WaitingLine::remove(const PoolTask& task, const PoolPolicy& policy) {
    const auto at = groups_.find(shape_of(task));
    if (at == groups_.end()) return;
    auto& [shape, group] = *at;
    const auto user = group.waiting.find(task.user);
    if (user == group.waiting.end() || user->second.erase({rank_of(task, policy), task.id}) == 0) return;
    --size_;
    if (group.blocked) blocked_known_ = false;
    if (user->second.empty()) group.waiting.erase(user);
    if (!group.waiting.empty()) return;
    open_.erase(&*at);
    groups_.erase(at);
}

WaitingLine::First WaitingLine::first_of(const TaskShape& shape, const Group& group,
                                         const std::map<UserId, PoolUser>& users) {
    First first;
    for (const auto& [user, tasks] : group.waiting) {
        const auto known = users.find(user);
        const Moment behind = known != users.end() ? known->second.behind : 0;
        const auto& [rank, task] = *tasks.begin();
        first = std::min(first, First{rank + behind, task, &shape});
    }
    return first;
}

WaitingLine::First WaitingLine::first_open(const std::map<UserId, PoolUser>& users) const {
    First first;
    for (const auto* one : open_) first = std::min(first, first_of(one->first, one->second, users));
    return first;
}

WaitingLine::First WaitingLine::first_blocked(const std::map<UserId, PoolUser>& users) const {
    if (blocked_known_) return blocked_;
    blocked_ = {};
    for (const auto& [shape, group] : groups_) {
        if (group.blocked && !group.impossible) blocked_ = std::min(blocked_, first_of(shape, group, users));
    }
    blocked_known_ = true;
    return blocked_;
}

void WaitingLine::block(const TaskShape& shape, bool impossible) {
    const auto at = groups_.find(shape);
    if (at == groups_.end()) return;
    at->second.blocked = true;
    at->second.impossible = impossible;
    open_.erase(&*at);
    blocked_known_ = false;
}

void WaitingLine::open(const TaskShape& shape) {
    const auto at = groups_.find(shape);
    if (at == groups_.end() || !at->second.blocked) return;
    at->second.blocked = at->second.impossible = false;
    open_.insert(&*at);
    blocked_known_ = false;
}

void WaitingLine::open_all() {
    open_if([](const TaskShape& /*any*/) { return true; });
}

}  // namespace goetia
