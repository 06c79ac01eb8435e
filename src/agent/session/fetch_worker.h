// Brings what attempts need into the cache, in a thread of its own: fetching, hashing and unpacking take minutes, and
// the node must answer meanwhile.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "agent/fetch/object_cache.h"
#include "agent/replicate/master_link.h"
#include "protocol/desired.h"

namespace goetia {

struct FetchItem {
    std::string what;  // "package", "runtime", "data 'train'", "checkpoint"
    std::string sha256;
    std::int64_t bytes = 0;
    bool unpacked = true;  // an archive, wanted unpacked
};

// What an attempt needs from the master.
std::vector<FetchItem> items_of(const WantedAttempt& wanted);

class FetchWorker {
  public:
    // A link of its own for each job; null while the master cannot be reached.
    using OpenLink = std::function<std::unique_ptr<MasterLink>()>;

    FetchWorker(ObjectCache& cache, OpenLink open_link);
    ~FetchWorker();  // what is under way is interrupted, to be resumed
    FetchWorker(const FetchWorker&) = delete;
    FetchWorker& operator=(const FetchWorker&) = delete;

    // One job for each fence at a time.
    void start(Fence fence, std::vector<FetchItem> items);
    void cancel(Fence fence);
    [[nodiscard]] bool is_busy_with(Fence fence) const;
    [[nodiscard]] FetchedSoFar progress(Fence fence) const;
    // What the cache must keep although no job names it: what attempts use.
    void set_used(std::set<std::string> used);

    struct Done {
        Fence fence = 0;
        Status status;
    };
    std::vector<Done> take_done();

  private:
    struct Job {
        Fence fence = 0;
        std::vector<FetchItem> items;
        std::atomic<bool> cancelled = false;
        std::atomic<std::int64_t> bytes = 0;
        std::atomic<std::size_t> item = 0;
    };
    void run();
    Status bring_all(Job& job, MasterLink& link);
    Status bring(Job& job, const FetchItem& item, MasterLink& link);
    Status fetch(Job& job, const FetchItem& item, MasterLink& link);
    [[nodiscard]] std::set<std::string> used_with(const Job& job) const;

    ObjectCache& cache_;
    OpenLink open_link_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::shared_ptr<Job>> jobs_;  // the first one is under way
    std::vector<Done> done_;
    std::set<std::string> used_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace goetia
