// Fetching a set of the catalogue into the cache: planned first, refused when it cannot end well.
#pragma once

#include "fetch/cache/cache.h"
#include "fetch/catalogue/catalogue.h"
#include "fetch/fetch.h"

namespace goetia {

enum class SetState { kReady, kToFetch, kNeedsAccount };

struct PlannedSet {
    const RemoteSet* set = nullptr;
    SetState state = SetState::kToFetch;
    std::int64_t to_fetch = 0;  // bytes that are not here yet
    std::int64_t needed = 0;    // on the disk until it is ready
};

struct SetUpPlan {
    std::vector<PlannedSet> sets;
    std::int64_t to_fetch = 0, needed = 0, free = 0;

    [[nodiscard]] bool fits() const { return needed <= free; }
};

// What is there and what is missing; touches nothing. `given`: a folder with archives that need not be fetched, or
// empty.
SetUpPlan plan_set_up(const std::vector<const RemoteSet*>& sets, const std::filesystem::path& cache, std::int64_t free,
                      const std::filesystem::path& given = {});

// Code::kFailed with what is needed and what is free.
Status check_space(const SetUpPlan& plan, const std::filesystem::path& cache);

struct SetUpOptions {
    std::filesystem::path cache;
    std::filesystem::path given;  // archives fetched by hand
    bool named_by_user = false;   // the catalogue is the user's own: its hosts may be this network's
    bool keep_archives = false;
    int connections = 4;
};

struct SetUpEdges {
    FetchEdges fetch;
    // What is done now: "fetching train2017.zip", with its numbers; `all` 0 when it is not known.
    std::function<void(const std::string& what, std::int64_t done, std::int64_t all)> told;
};

struct ReadySet {
    std::filesystem::path folder;  // the set's data
    bool was_there = false;
    std::vector<std::string> notices;  // "nothing is published to check coco128.zip against; its SHA-256 is ..."
};

// Fetches, checks, unpacks and prepares one set; what was broken off goes on. The manifest is written last.
Result<ReadySet> set_up(const RemoteSet& set, const SetUpOptions& options, const SetUpEdges& edges);

// The `dataset` section with the folder in place of "{root}", so that it holds wherever it is read.
Json dataset_section(const RemoteSet& set, const std::filesystem::path& folder);

}  // namespace goetia
