// decide(): what follows from an event. Pure: the same world, event and moment give the same result; no clock, thread,
// socket, disk or random number is used. Most events cost a few microseconds, whatever the number of tasks and nodes.
//
// The world is changed in place. The caller stores what the decision names, in one transaction, and only then carries
// out its effects. If the transaction fails, the world must be read anew from the store.
#pragma once

#include <variant>

#include "base/result.h"
#include "pool/world.h"

namespace goetia {

struct MasterStarted {};
struct Ticked {};  // at least once a second

struct TaskSubmitted {
    PoolTask task;      // what the user says of it; the rest is set here
    bool ready = true;  // its package exists; otherwise TaskPrepared follows
};
struct TaskPrepared {
    TaskId task = 0;
    std::string error;  // empty: it is ready
};
struct ControlAsked {
    TaskId task = 0;
    TaskAction action = TaskAction::kStop;
    std::optional<PoolTask> finished;  // as stored, of a task that is no longer in the world
};
struct BudgetSet {
    UserId user = 0;  // or
    TaskId task = 0;
    double budget = 0;
};

struct NodeAdded {
    PoolNode node;  // id, name, price, drain
};
struct NodeConnected {
    NodeId node = 0;
    std::uint64_t session = 0;  // larger than those before; an older connection of the node is closed
};
struct NodeDisconnected {
    NodeId node = 0;
    std::uint64_t session = 0;
};
struct NodeReported {
    NodeId node = 0;
    NodeStatus status;
};
struct NodeDrainAsked {
    NodeId node = 0;
    bool drain = true;
};
// By an administrator; what is not there stays.
struct NodeChangeAsked {
    NodeId node = 0;
    std::optional<std::string> name;
    std::optional<std::set<std::string>> labels;  // all that are given at the master
    std::optional<double> price;
};
struct NodeRemoved {
    NodeId node = 0;
};

// What the master itself knows of an attempt's files. `fence` and `node` are those of the sender.
struct StreamsWhole {
    NodeId node = 0;
    Fence fence = 0;
};
struct ObjectsWhole {
    NodeId node = 0;
    Fence fence = 0;
};
// The object is here whole, and so is the journal up to the record that names it: a run that goes on from it misses
// nothing.
struct CheckpointArrived {
    NodeId node = 0;
    Fence fence = 0;
    HeldCheckpoint checkpoint;
};
struct StepSeen {
    Fence fence = 0;
    std::int64_t step = 0;
    std::int64_t steps = 0;
};

using PoolEvent = std::variant<MasterStarted, Ticked, TaskSubmitted, TaskPrepared, ControlAsked, BudgetSet, NodeAdded,
                               NodeConnected, NodeDisconnected, NodeReported, NodeDrainAsked, NodeChangeAsked,
                               NodeRemoved, StreamsWhole, ObjectsWhole, CheckpointArrived, StepSeen>;

struct TaskMove {
    TaskId task = 0;
    TaskState from = TaskState::kPending;
    TaskState to = TaskState::kPending;
    std::string reason;
};

struct Decision {
    // To store: what changed and is still in the world, each named once ...
    std::vector<TaskId> tasks;
    std::vector<Fence> attempts;
    std::vector<NodeId> nodes;
    std::vector<UserId> users;
    std::vector<std::string> like;
    // ... and what left it, as it was last.
    std::vector<PoolTask> finished;
    std::vector<Attempt> ended;
    std::vector<NodeId> removed;
    std::vector<TaskMove> moves;  // in their order, for the audit and for those who watch

    // Effects: nodes that must be sent their desired document, with the generation that the world has for them.
    std::vector<NodeId> desired;

    std::optional<Error> refused;  // the request was not carried out; nothing changed
};

Decision decide(World& world, const PoolEvent& event, Moment now);

}  // namespace goetia
