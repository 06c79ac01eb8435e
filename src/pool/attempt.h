// An attempt: one execution of a task, on one node or on several (a gang), under one fence.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pool/task.h"

namespace goetia {

// Why the pool asked an attempt to end.
enum class EndCause : std::uint8_t {
    kNone,
    kUserStop,
    kUserCancel,
    kPauseHeldLong,
    kBudget,
    kSoftLimit,
    kHardLimit,
    kPreempted,
    kNodeLeaving,
    kGangBroken,  // another part of it ended badly
};

struct EndCauseInfo {
    EndCause cause;
    std::string_view name;
    std::string_view sentence;
};

const EndCauseInfo& info_of(EndCause cause);
inline std::string_view name_of(EndCause cause) { return info_of(cause).name; }

struct AttemptPart {
    NodeId node = 0;
    std::vector<std::string> gpus;  // UUIDs
    int cores = 0;
    std::int64_t memory = 0;
    int first_rank = 0;
    int ranks = 1;

    AttemptPhase phase = AttemptPhase::kAssigned;
    std::optional<AttemptExit> exit;  // also of a part that was declared lost
    bool streams_whole = false;
    bool objects_whole = false;
    bool lost = false;      // the node is gone for too long, or no longer knows it
    bool released = false;  // its devices are free: no process of it can be alive

    // Of the node's connection; not stored. In which of its desired documents it was first, and first no longer.
    std::uint64_t since = 0;
    std::uint64_t until = 0;

    [[nodiscard]] bool done() const { return lost || (exit.has_value() && streams_whole && objects_whole); }
};

struct Attempt {
    Fence fence = 0;
    TaskId task = 0;
    int number = 1;                        // among the task's
    std::optional<HeldCheckpoint> resume;  // where it starts
    Wish wish = Wish::kRun;
    std::uint64_t wish_number = 0;
    EndCause cause = EndCause::kNone;
    std::string cause_text;  // more about it, for the user
    Moment placed = 0;
    Moment started = 0;    // all parts ran; 0: not yet
    Moment paused = 0;     // 0: it is not
    Moment asked = 0;      // to end; 0: not yet
    Moment exited = 0;     // the last part; 0: not yet
    int first_bad = -1;    // the part that ended badly before the others did
    bool settled = false;  // its end was taken into the task; only its devices may still be taken
    double cost = 0;       // of the parts that are released
    Moment charged = 0;    // until when `cost` has been counted
    std::vector<AttemptPart> parts;

    [[nodiscard]] AttemptPart* part_on(NodeId node);
    [[nodiscard]] const AttemptPart* part_on(NodeId node) const;
};

// Whether an attempt that is given a new fence for the same task leaves this one behind: bytes for it are kept apart.
inline bool superseded(const Attempt& attempt, const PoolTask& task) { return task.fence != attempt.fence; }

}  // namespace goetia
