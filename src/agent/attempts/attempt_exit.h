// How an attempt ended, in the words of the protocol: a decision from what its supervisor left and what the agent saw.
#pragma once

#include <string>
#include <vector>

#include "launch/rank_process.h"
#include "protocol/status.h"

namespace goetia {

enum class LaunchEnd;

struct ExitEvidence {
    Result<LaunchEnd> end;       // the supervisor's word, or why there is none
    bool left_word = true;       // the supervisor wrote an end
    std::vector<RankEnd> ranks;  // in the order in which they ended
    double silent_for = 0;       // seconds, when the agent ended it because nothing happened; else 0
    std::string limit_broken;    // why the agent ended it: it took more than it may; or empty
    bool out_of_memory = false;  // the kernel killed processes for want of memory meanwhile
    std::string gpu_fault;       // of one of its GPUs
};

AttemptExit exit_of(const ExitEvidence& evidence);

}  // namespace goetia
