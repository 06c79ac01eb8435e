// What one schedule draws before it begins: the pool, the tasks, which faults happen how often.
#pragma once

#include <vector>

#include "base/random.h"
#include "pool/task.h"

namespace goetia {

struct SimTask {
    PoolTask task;
    Moment submitted = 0;  // after the beginning
    int steps = 10;
    int checkpoint_every = 5;
    int fails_at = 0;  // step of an error of the user's; 0: none
};

// Times between two of a kind, on average; 0: not in this schedule.
struct SimFaults {
    Moment agent_kill = 0;
    Moment trainer_kill = 0;
    Moment power_loss = 0;
    Moment partition = 0;
    Moment agent_disk_full = 0;
    Moment master_disk_full = 0;
    Moment leaving = 0;
    Moment clock_jump = 0;     // the master stands still meanwhile
    double master_crash = 0;   // chance at each point of each event
    double document_loss = 0;  // chances of each document or request
    double document_double = 0;
    Moment longest_delay = 50;
    bool backup_restored = false;
};

struct SimPlan {
    int nodes = 2;
    int gpus = 2;  // of each node
    int cores = 4;
    std::vector<SimTask> tasks;
    int controls = 0;             // actions of the user
    Moment healed = 5 * kMinute;  // faults end
    SimFaults faults;
};

SimPlan draw_plan(Random& random);

}  // namespace goetia
