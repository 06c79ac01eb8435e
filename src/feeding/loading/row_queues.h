// Rows still to be made, shared out among threads by work stealing. Each thread has a queue of its own; every batch is
// dealt out to all of them in equal stretches, and a thread goes through its own without meeting the others. Then it
// goes on with the oldest batch that has rows left: with its own share, or else with the upper half of the largest one.
//
// So no row of a batch is taken while an older one has a row left (but for one that is just being stolen), no thread is
// idle while any has, and a thread held up at one row keeps the others from no more than that row.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <vector>

#include "feeding/loading/batch_in_making.h"

namespace goetia {

struct RowToMake {
    BatchInMaking* batch = nullptr;  // stays until the same thread takes its next row
    std::int64_t row = 0;
};

class RowQueues {
  public:
    explicit RowQueues(std::size_t threads) : queues_(threads) {}

    // Batches come in the order of their numbers.
    void deal(const std::shared_ptr<BatchInMaking>& batch);
    // Takes back what nobody has taken yet; batches of any number may then come.
    void drop();
    // As drop(), and nobody waits any more.
    void close();

    // The thread's next row; empty when there is none at present. A thread's calls come one after the other.
    std::optional<RowToMake> take(std::size_t thread);
    // As take(), but sleeps until there is one; empty once the queues are closed.
    std::optional<RowToMake> wait(std::size_t thread);

  private:
    struct Share {
        std::shared_ptr<BatchInMaking> batch;
        std::int64_t from = 0, to = 0;  // rows; never none
        [[nodiscard]] std::int64_t left() const { return to - from; }
    };
    static constexpr std::int64_t kNone = -1;
    struct alignas(64) Queue {  // a cache line of its own
        std::mutex mutex;
        std::deque<Share> shares;  // of a batch at most one, the oldest batch first
        bool begun = false;        // the first share, by the queue's thread
        // What the first share is, changed under the mutex. Others look at it without: they may be late, not misled.
        std::atomic<std::int64_t> batch{kNone}, left{0};

        std::shared_ptr<BatchInMaking> making;  // what the thread's present row belongs to; only it looks at this

        // Each under the mutex.
        void show();
        void first_share_done();
        [[nodiscard]] bool begins_with(std::int64_t number) const;
        RowToMake next_row();
    };

    struct Place {
        std::size_t queue = 0;
        std::int64_t batch = 0;  // the number of its first share's
    };

    static std::optional<RowToMake> go_on(Queue& own);
    std::optional<RowToMake> begin_share(std::size_t thread);
    [[nodiscard]] std::optional<Place> best_place(std::size_t thread) const;
    std::optional<Share> upper_half(const Place& place);
    std::vector<Share> take_back();

    // Shared by those who begin a share, of whom one may carry it from queue to queue just then; alone: whoever deals
    // or takes back, and who wants to sleep until the next deal(), so that nothing is on its way while they look. A
    // queue's own mutex is locked inside, one at a time.
    std::shared_mutex sharing_;
    std::condition_variable_any dealt_;
    std::int64_t asleep_ = 0;
    bool closed_ = false;
    std::vector<Queue> queues_;
};

}  // namespace goetia
