// The writer's thread: takes what was submitted since, runs it in one transaction, commits, and reports. A piece of
// work that fails is undone alone; when the commit fails, all of it failed.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "master/store/store.h"

namespace goetia {

// What the queue's owner does for each piece of work, on the queue's thread.
class WorkRunner {
  public:
    virtual ~WorkRunner() = default;
    virtual Status run(const Store::Work& work, std::vector<std::function<void()>>& then) = 0;
    virtual void begin_group() = 0;  // remember what undo_group() goes back to
    virtual void undo_group() = 0;
};

class WorkQueue {
  public:
    // `group`: the number of the last group that was committed.
    WorkQueue(WorkRunner& runner, SqlConnection& database, std::int64_t group, double retry_seconds);
    ~WorkQueue();  // completes what was submitted
    WorkQueue(const WorkQueue&) = delete;
    WorkQueue& operator=(const WorkQueue&) = delete;

    void submit(Store::Work work, Store::OnDone done);
    [[nodiscard]] std::size_t waiting() const {
        const std::scoped_lock lock(mutex_);
        return waiting_.size();
    }

  private:
    struct Submitted {
        Store::Work work;
        Store::OnDone done;
        Status status;
        std::vector<std::function<void()>> then;  // after the commit
    };

    void loop();
    void run_group(std::vector<Submitted>& group);
    Status try_group(std::vector<Submitted>& group);
    Status run_one(Submitted& one);
    Result<bool> is_committed();
    bool wait_for_database(double until);

    WorkRunner& runner_;
    SqlConnection& database_;
    double retry_seconds_;
    std::int64_t group_;  // the number of the group under way; in the database once it is committed
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Submitted> waiting_;
    bool is_closing_ = false;
    std::thread thread_;
};

}  // namespace goetia
