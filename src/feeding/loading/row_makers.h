// The threads that make the rows of queues, and what they have counted.
#pragma once

#include <atomic>
#include <thread>
#include <vector>

#include "feeding/loading/batch_source.h"
#include "feeding/loading/row_queues.h"

namespace goetia {

class RowMakers {
  public:
    // A queue for each thread, or one for the caller's when there are none.
    RowMakers(const BatchSource& source, RowQueues& queues, std::size_t threads);
    // Rows that are being made are ended; the queues are closed.
    ~RowMakers();
    RowMakers(const RowMakers&) = delete;
    RowMakers& operator=(const RowMakers&) = delete;

    // The threads run from the first call on.
    void start();
    // In the caller's thread, when there are no others: all rows that are left.
    void make_here();
    // Exact for all rows of batches that are whole; called at any time, from any thread.
    [[nodiscard]] LoaderCounts counts() const;

  private:
    // Of one thread, which alone writes to it.
    struct alignas(64) Maker {  // cache lines of its own
        Workspace workspace;
        std::atomic<std::int64_t> images{0}, bytes_read{0}, bytes_decoded{0}, bytes_written{0};
    };

    void make(const RowToMake& row, Maker& maker);

    const BatchSource& source_;
    RowQueues& queues_;
    const std::size_t wanted_;
    std::vector<Maker> makers_;
    std::vector<std::jthread> threads_;
};

}  // namespace goetia
