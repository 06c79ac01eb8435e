// The tasks that wait for a place, in their order, grouped by what they need: where one task of a group finds no place,
// none of it does, so a busy pool is not searched for each of them again.
//
// The order is by rank, smallest first: the time since when a task waits, less its priority's worth of ageing, plus
// what its user used lately. Waiting raises all tasks equally, so ranks do not change with time; only the users' part
// does.
#pragma once

#include <map>
#include <set>
#include <unordered_map>

#include "pool/fit.h"
#include "pool/task.h"
#include "pool/user.h"

namespace goetia {

// Equal for all tasks that fit exactly where each other does.
struct TaskShape {
    TaskNeeds needs;
    Moment longest = 0;  // the hard limit; kNever without
    auto operator<=>(const TaskShape&) const = default;
};

TaskShape shape_of(const PoolTask& task);
Moment rank_of(const PoolTask& task, const PoolPolicy& policy);

class WaitingLine {
  public:
    struct Group {
        std::map<UserId, std::set<std::pair<Moment, TaskId>>> waiting;  // (rank, task)
        bool blocked = false;                                           // no node has room
        bool impossible = false;  // no node that answers could ever have; follows `blocked`
    };
    struct First {
        Moment key = kNever;  // rank with the user's part
        TaskId task = 0;
        const TaskShape* shape = nullptr;
        bool operator<(const First& other) const { return std::tie(key, task) < std::tie(other.key, other.task); }
    };

    void add(const PoolTask& task, const PoolPolicy& policy);
    void remove(const PoolTask& task, const PoolPolicy& policy);
    [[nodiscard]] std::size_t size() const { return size_; }

    // The next task that may have a place; task 0 when there is none.
    [[nodiscard]] First first_open(const std::map<UserId, PoolUser>& users) const;
    // The first that finds no place although the pool could hold it: room is kept for it.
    [[nodiscard]] First first_blocked(const std::map<UserId, PoolUser>& users) const;

    void block(const TaskShape& shape, bool impossible);
    void open(const TaskShape& shape);
    void open_all();
    // Opens the groups for which `may_fit` holds.
    template <class MayFit>
    void open_if(MayFit may_fit);

    // Calls visit(shape, group) for each group.
    [[nodiscard]] const std::map<TaskShape, Group>& groups() const { return groups_; }
    // Users' parts changed.
    void reorder() { blocked_known_ = false; }

  private:
    static First first_of(const TaskShape& shape, const Group& group, const std::map<UserId, PoolUser>& users);

    std::map<TaskShape, Group> groups_;
    std::set<std::pair<const TaskShape, Group>*> open_;  // of groups_, those that are not blocked
    std::size_t size_ = 0;
    mutable bool blocked_known_ = false;
    mutable First blocked_;
};

template <class MayFit>
void WaitingLine::open_if(MayFit may_fit) {
    for (auto& [shape, group] : groups_) {
        if (group.blocked && may_fit(shape)) open(shape);
    }
}

}  // namespace goetia
