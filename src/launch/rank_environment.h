// What a rank is told through its environment, and how many threads it computes with. Set on purpose: spinning OpenMP
// waits cost up to fourteen times the work when ranks and loaders share few cores, so waits are passive.
#pragma once

#include <map>
#include <string>

namespace goetia {

struct RankPlace {
    int rank = 0;
    int world = 1;
    int store_port = 0;  // where rank 0 hosts the store; 0 with one rank
    int threads = 1;
};

std::map<std::string, std::string> rank_environment(const RankPlace& place);

// `configured` (training.threads) when it is above zero, else the cores shared among the ranks, at least one each.
int threads_per_rank(int configured, int cores, int ranks);

// Physical cores this process may run on, no more than its CPU quota.
int physical_cores();

// "max 100000" or "200000 100000" as the kernel writes cpu.max: whole cores, rounded up; 0 without a limit.
int cores_of_quota(const std::string& cpu_max);

// A port that was free on the loopback a moment ago; 0 when there is none.
int free_port();

}  // namespace goetia
