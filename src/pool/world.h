// Everything that the pool decides from. The durable part is what the store holds; the rest follows from it, or from
// the connections of the nodes.
//
// Finished tasks are not here: decide() hands them back, and takes them again with a request to resume or retry.
#pragma once

#include <map>
#include <set>
#include <unordered_map>

#include "pool/attempt.h"
#include "pool/free_nodes.h"
#include "pool/node.h"
#include "pool/task.h"
#include "pool/user.h"
#include "pool/waiting_line.h"

namespace goetia {

// How long runs took that have much in common.
struct LikeRuns {
    double mean = 0;  // milliseconds of running
    int count = 0;    // up to 20: newer runs count more
};

// Room that is kept for the first task in the line that finds none.
struct Reservation {
    TaskId task = 0;  // 0: none
    Moment at = 0;    // when it should start, by what is known of the running tasks
    std::vector<NodeId> nodes;
};

struct World {
    PoolPolicy policy;
    std::unordered_map<TaskId, PoolTask> tasks;
    std::map<Fence, Attempt> attempts;  // live ones, and those whose devices may still be in use
    std::map<NodeId, PoolNode> nodes;
    std::map<UserId, PoolUser> users;
    std::map<std::string, LikeRuns> like;
    Fence next_fence = 1;

    // Not stored.
    Moment started = 0;  // the master
    Moment ticked = 0;
    WaitingLine line;
    std::set<std::pair<Moment, TaskId>> delayed;  // queued, but not before this moment
    FreeNodes free;
    Reservation reservation;
    std::set<Fence> preempting;  // asked to make room; nothing more is preempted until they have ended
};

// Makes what follows from the durable part, after it was filled in from the store. The event MasterStarted comes next.
void rebuild(World& world);

// What a node should hold: for each attempt that is wanted there, the attempt and its part.
struct WantedPart {
    const Attempt* attempt;
    const AttemptPart* part;
};
std::vector<WantedPart> wanted_on(const World& world, const PoolNode& node);

}  // namespace goetia
