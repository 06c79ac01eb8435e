// Fetches a set of the catalogue into the cache, after a plan that is refused when the disk is too small.
#pragma once

#include "fetch/cache/cache.h"
#include "fetch/catalogue/catalogue.h"
#include "fetch/fetch.h"

namespace goetia {

enum class SetState { kReady, kToFetch, kNeedsAccount };

struct PlannedSet {
    const RemoteSet* set = nullptr;
    SetState state = SetState::kToFetch;
    std::int64_t to_fetch = 0;  // bytes still to download
    std::int64_t needed = 0;    // disk space needed to complete it
};

struct SetUpPlan {
    std::vector<PlannedSet> sets;
    std::int64_t to_fetch = 0, needed = 0, free = 0;

    [[nodiscard]] bool fits() const { return needed <= free; }
};

// Plans without touching anything. `given`: a folder with archives that were downloaded by hand, or empty.
SetUpPlan plan_set_up(const std::vector<const RemoteSet*>& sets, const std::filesystem::path& cache, std::int64_t free,
                      const std::filesystem::path& given = {});

// Code::kFailed, with the needed and the free space, when the plan does not fit.
Status check_space(const SetUpPlan& plan, const std::filesystem::path& cache);

struct SetUpOptions {
    std::filesystem::path cache;
    std::filesystem::path given;  // a folder with archives downloaded by hand
    bool named_by_user = false;   // the user's own catalogue: its hosts may be local
    bool keep_archives = false;
    int connections = 4;
};

struct SetUpCallbacks {
    FetchCallbacks fetch;
    // `what` is the present step ("fetching train2017.zip"); `all` 0: not known.
    std::function<void(const std::string& what, std::int64_t done, std::int64_t all)> on_progress;
};

struct ReadySet {
    std::filesystem::path folder;  // the set's data
    bool was_there = false;
    std::vector<std::string> notices;  // "nothing is published to check coco128.zip against; its SHA-256 is ..."
};

// Fetches, checks, unpacks and prepares one set, resuming an interrupted set-up. The manifest is written last.
Result<ReadySet> set_up(const RemoteSet& set, const SetUpOptions& options, const SetUpCallbacks& callbacks);

// The set's `dataset` section with the absolute folder in place of "{root}".
Json dataset_section(const RemoteSet& set, const std::filesystem::path& folder);

}  // namespace goetia
