// What the parts of decide() share.
#pragma once

#include "pool/decide.h"

namespace goetia {

struct Deciding {
    World& world;
    Moment now;
    Decision& out;

    void changed(const PoolTask& task) { out.tasks.push_back(task.id); }
    void changed(const Attempt& attempt) { out.attempts.push_back(attempt.fence); }
    void changed(const PoolNode& node) { out.nodes.push_back(node.id); }
    void changed(const PoolUser& user) { out.users.push_back(user.id); }

    // The node's desired document will be another one: its generation grows, once in a decision.
    void renew_desired(PoolNode& node);
    PoolTask* task_of(const Attempt& attempt);
    PoolUser& user_of(const PoolTask& task);
};

// The one place where a task's state changes. A finished task leaves the world: `task` is gone then.
void move_task(Deciding& d, PoolTask& task, TaskState to, std::string reason);
// Into the line, now or after its delay.
void queue_task(Deciding& d, PoolTask& task, std::string reason);
void leave_line(Deciding& d, const PoolTask& task);

// Asks an attempt for something; a wish that ends it is not taken back.
void ask(Deciding& d, Attempt& attempt, Wish wish, EndCause cause, std::string text = "");
// Draws the conclusions from what its parts have become.
void review(Deciding& d, Attempt& attempt);
// Its node's devices are free: no process of the part can be alive.
void release(Deciding& d, Attempt& attempt, AttemptPart& part);
// The part is not heard of any more.
void lose(Deciding& d, Attempt& attempt, AttemptPart& part, std::string reason);
// After the last release of an attempt that is settled.
void drop_when_over(Deciding& d, Attempt& attempt);

// Cost and use until now.
void charge(Deciding& d, Attempt& attempt);
double price_of(const PoolNode& node, const AttemptPart& part);  // per hour
// Which budget is spent: "" when none.
std::string spent_budget(const World& world, const PoolTask& task);
double spent_by(const World& world, const PoolTask& task);

// Room on a node may have grown.
void room_changed(Deciding& d, PoolNode& node);
// A node answers again, or has other facts: what was impossible may be possible.
void node_changed(Deciding& d, PoolNode& node);
void forget_reservation(Deciding& d);
// Gives places to tasks of the line while there are any.
void place(Deciding& d);
// Asks tasks of lower priority to make room for the first in the line.
void preempt(Deciding& d);
void refresh_reservation(Deciding& d);

// Events.
void on_started(Deciding& d);
void on_tick(Deciding& d);
void on_status(Deciding& d, const NodeReported& event);
void on_control(Deciding& d, const ControlAsked& event);

}  // namespace goetia
