// Downloads one file: tries mirrors in order, resumes, fetches large files in parallel ranges, and checks the file
// before it appears.
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
    std::int64_t max_bytes = std::int64_t{1} << 40U;  // larger files are refused
    bool named_by_user = false;  // the hosts of `urls` may be local addresses; redirects never lead there
    int retries = 3;             // of each mirror, in a row without a megabyte of progress
    int connections = 4;
    std::int64_t parallel_from = std::int64_t{64} << 20U;
    std::int64_t piece = std::int64_t{8} << 20U;
    double connect_seconds = 20;
    double stall_seconds = 30;
};

struct FetchProgress {
    std::int64_t done = 0;
    std::int64_t size = 0;  // 0: unknown
};

// How a download waits, reports and stops.
struct FetchCallbacks {
    std::function<void(double seconds)> wait;                 // before a retry; empty: sleeps, interrupted by a stop
    std::function<void(const FetchProgress&)> on_progress;    // from any thread, one at a time
    std::function<void(const std::string& line)> on_message;  // "trying again in 1.3s (1 of 3): ..."
    StopToken stop;
    std::uint64_t seed = 0;  // of the backoff's jitter
};

struct Fetched {
    Sums sums;
    std::string url;  // the mirror it came from; empty when it existed already
    int retries = 0;
    std::int64_t resumed = 0;  // bytes that an earlier call had fetched
};

// The target appears complete and checked, or not at all; received bytes stay next to it as .part for the next call,
// unless the check failed. An existing target that matches `expected` is kept; without expectations it is refused.
Result<Fetched> fetch(const FetchPlan& plan, const FetchCallbacks& callbacks = {});

}  // namespace goetia
