// Work-stealing queues of the rows to build. Each thread has its own queue; every batch is split evenly among them, and
// a thread works through its own share without contention. Then it continues with the oldest batch that has rows left:
// with its own share, or else with the upper half of the largest one.
//
// Hence no row is started while an older batch has unclaimed rows (except for rows just being stolen), no thread is
// idle while there are unclaimed rows, and a thread that is slow on one row delays no other row.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <vector>

#include "feeding/loading/pending_batch.h"

namespace goetia {

struct RowTask {
    PendingBatch* batch = nullptr;  // valid until the same thread takes its next row
    std::int64_t row = 0;
};

class RowQueues {
  public:
    explicit RowQueues(std::size_t threads) : queues_(threads) {}

    // Splits a batch among the queues. Batches must come in the order of their numbers.
    void deal(const std::shared_ptr<PendingBatch>& batch);
    // Removes all unclaimed rows; afterwards batches may begin at any number.
    void drop();
    // As drop(), and ends all waiting.
    void close();

    // The thread's next row; empty when there is none at present. Not concurrently for one thread.
    std::optional<RowTask> take(std::size_t thread);
    // As take(), but waits for a row; empty once the queues are closed.
    std::optional<RowTask> wait(std::size_t thread);

  private:
    struct Share {
        std::shared_ptr<PendingBatch> batch;
        std::int64_t from = 0, to = 0;  // rows; never empty
        [[nodiscard]] std::int64_t left() const { return to - from; }
    };
    static constexpr std::int64_t kNone = -1;
    struct alignas(64) Queue {  // avoids false sharing
        std::mutex mutex;
        std::deque<Share> shares;  // at most one per batch, the oldest batch first
        bool begun = false;        // whether the queue's thread has begun the first share
        // Describe the first share. Written under the mutex, read without it: possibly stale, so they are checked
        // again.
        std::atomic<std::int64_t> batch{kNone}, left{0};

        std::shared_ptr<PendingBatch> current;  // of the thread's current row; used by that thread only

        // All need the mutex.
        void publish();
        void first_share_done();
        [[nodiscard]] bool begins_with(std::int64_t number) const;
        RowTask next_row();
    };

    struct Candidate {
        std::size_t queue = 0;
        std::int64_t batch = 0;  // the number of its first share's batch batch
    };

    static std::optional<RowTask> continue_share(Queue& own);
    std::optional<RowTask> begin_share(std::size_t thread);
    [[nodiscard]] std::optional<Candidate> best_source(std::size_t thread) const;
    std::optional<Share> steal_upper_half(const Candidate& victim);
    std::vector<Share> reclaim();

    // Held shared while a thread begins a share, possibly moving it between queues. Held exclusively by deal(), by
    // reclaim() and before sleeping, so that these never miss a share in transit. Queue mutexes are locked inside it,
    // one at a time.
    std::shared_mutex sharing_;
    std::condition_variable_any dealt_;
    std::int64_t asleep_ = 0;
    bool closed_ = false;
    std::vector<Queue> queues_;
};

}  // namespace goetia
