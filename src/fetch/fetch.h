// Fetching one file: mirrors in order, resumed where it broke off, large ones in parallel ranges, checked before it
// appears.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/stop.h"
#include "fetch/checksum.h"

namespace goetia {

struct FetchPlan {
    std::vector<std::string> urls;  // mirrors, tried in order; http, https or file
    std::filesystem::path target;
    Expected expected;
    std::int64_t most_bytes = std::int64_t{1} << 40U;  // nothing larger is taken
    bool named_by_user =
        false;        // the hosts of `urls` may be this machine's or its network's own; redirects never lead there
    int retries = 3;  // of each mirror, in a row without a megabyte of gain
    int connections = 4;
    std::int64_t parallel_from = std::int64_t{64} << 20U;
    std::int64_t piece = std::int64_t{8} << 20U;
    double connect_seconds = 20;
    double stall_seconds = 30;
};

struct FetchProgress {
    std::int64_t done = 0;
    std::int64_t size = 0;  // 0: not known
};

// The moving parts, passed in.
struct FetchEdges {
    std::function<void(double seconds)> wait;          // before a retry; none: sleeps, and wakes up for a stop
    std::function<void(const FetchProgress&)> told;    // from any thread, one at a time
    std::function<void(const std::string& line)> say;  // "trying again in 1.3s (1 of 3): ..."
    StopToken stop;
    std::uint64_t seed = 0;  // of the waiting times' jitter
};

struct Fetched {
    Sums sums;
    std::string url;  // the mirror it came from; empty when it was there already
    int retries = 0;
    std::int64_t resumed = 0;  // bytes that an earlier call had left
};

// The target appears whole and checked or not at all; what has come stays beside it as .part for the next call, unless
// it proved wrong. A target that is there and is what is expected is left as it is; without an expectation it is
// refused.
Result<Fetched> fetch(const FetchPlan& plan, const FetchEdges& edges = {});

}  // namespace goetia
