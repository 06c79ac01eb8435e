// Carries the files of all attempts to the master, in a thread of its own: a slow upload must not delay a heartbeat.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "agent/replicate/attempt_replica.h"

namespace goetia {

class ReplicaWorker {
  public:
    using OpenLink = std::function<std::unique_ptr<MasterLink>()>;  // null while the master cannot be reached

    explicit ReplicaWorker(OpenLink open_link);
    ~ReplicaWorker();
    ReplicaWorker(const ReplicaWorker&) = delete;
    ReplicaWorker& operator=(const ReplicaWorker&) = delete;

    // Those that the node holds now.
    void set_replicas(std::map<Fence, std::shared_ptr<AttemptReplica>> replicas);
    void wake();  // something may have been appended
    // Nothing is sent before the first session: the master refuses what belongs to none, or to an earlier one.
    void session_began(std::uint64_t session);

  private:
    void run();
    // One request for each attempt in turn; true: there may be more at once.
    bool carry_round(MasterLink& link, std::uint64_t session);
    std::map<Fence, std::shared_ptr<AttemptReplica>> replicas();

    OpenLink open_link_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::map<Fence, std::shared_ptr<AttemptReplica>> replicas_;
    std::uint64_t session_ = 0;  // the newest; 0: none yet
    bool stopping_ = false, began_ = false, woken_ = false;
    bool broken_ = false;  // of the thread alone: the link gave an error
    std::thread thread_;
};

}  // namespace goetia
