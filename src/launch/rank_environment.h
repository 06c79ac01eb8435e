// The environment variables of a rank, and its number of compute threads. The wait policy is set deliberately: spinning
// OpenMP waits cost up to fourteen times the work when ranks and loaders share few cores, so waits are passive.
#pragma once

#include <map>
#include <string>

#include "base/result.h"

namespace goetia {

struct RankSettings {
    int rank = 0;
    int world = 1;
    int store_port = 0;  // where rank 0 hosts the store; 0 with a single rank
    int threads = 1;
    std::string store_secret;  // that a rank must know to join the others
};

std::map<std::string, std::string> rank_environment(const RankSettings& settings);

// For ranks that meet on this machine: 128 bits from the system.
Result<std::string> new_store_secret();

// `configured` (training.threads) when it is positive, else the cores divided among the ranks, at least one each.
int threads_per_rank(int configured, int cores, int ranks);

// The physical cores available to this process, limited by its CPU quota.
int physical_cores();

// The whole cores of a quota in cpu.max, "max 100000" or "200000 100000", rounded up; 0 without a limit.
int cores_of_quota(const std::string& cpu_max);

// A port that was free on the loopback interface a moment ago; 0 when there is none.
int free_port();

}  // namespace goetia
