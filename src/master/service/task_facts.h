// What the master knows of a task beside what the pool decides from, and the row that holds both.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"
#include "master/service/attempt_marks.h"
#include "master/store/rows.h"
#include "pool/attempt.h"
#include "pool/world.h"
#include "protocol/desired.h"

namespace goetia {

struct TaskFacts {
    std::string name;
    std::string owner;                 // a user's id
    std::string owner_name;            // as it was when the task was submitted
    std::string sweep;                 // that it is a job of; empty: of none
    std::shared_ptr<const Json> from;  // what it continues; null: nothing
    WantedAttempt wanted;  // what every attempt of it is to hold: experiment, package, runtime, data, limits
    double created_at = 0, started_at = 0, finished_at = 0;  // seconds since 1970; 0: not yet
    std::vector<std::string> nodes;                          // names, of the newest attempt
    std::string task_type, model;                            // by its configuration; empty: not known
    std::shared_ptr<const Json> pace;                        // as RunPace tells it; null: nothing is known
    std::string phase;              // "receiving", "training" ... of the newest attempt; empty: it has none
    double ends_at = 0;             // when it should end, seconds since 1970; 0: not known
    bool ends_like_others = false;  // by what other runs took, not by its own steps
    std::int64_t version = 0;       // of the row; what an ETag tells
};

std::string task_text_id(TaskId id);
Result<TaskId> task_id_from(std::string_view text);  // kNotFound: no task has such an id

TaskRow task_row(const PoolTask& task, const TaskFacts& facts, double now);
AttemptRow attempt_row(const Attempt& attempt, const AttemptMarks& marks, bool is_live, double now);
NodeRow node_row(const PoolNode& node, const std::string& state, const Json& facts, double created_at, double now);

struct StoredTask {
    PoolTask task;
    TaskFacts facts;
};
Result<StoredTask> stored_task(const TaskRow& row);
struct StoredAttempt {
    Attempt attempt;
    AttemptMarks marks;
};
Result<StoredAttempt> stored_attempt(const AttemptRow& row);
struct StoredNode {
    PoolNode node;
    std::shared_ptr<const Json> facts;  // the node's own, as it sent them
    double created_at = 0;
};
Result<StoredNode> stored_node(const NodeRow& row);

// As the API shows it.
Json shown_task(const PoolTask& task, const TaskFacts& facts, double now);

// What phases are called to users: sending, receiving, checking, preparing, training, finishing.
std::string_view phase_word(AttemptPhase phase);

}  // namespace goetia
