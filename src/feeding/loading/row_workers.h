// The threads that build the rows in the queues, and their counters.
#pragma once

#include <atomic>
#include <thread>
#include <vector>

#include "feeding/loading/batch_source.h"
#include "feeding/loading/row_queues.h"

namespace goetia {

class RowWorkers {
  public:
    // The queues must be one per thread, or one for the caller's thread when `threads` is 0.
    RowWorkers(const BatchSource& source, RowQueues& queues, std::size_t threads);
    // Closes the queues and waits for rows in progress.
    ~RowWorkers();
    RowWorkers(const RowWorkers&) = delete;
    RowWorkers& operator=(const RowWorkers&) = delete;

    // Starts the threads; later calls do nothing.
    void start();
    // Builds all queued rows in the caller's thread, when there are no others.
    void build_here();
    // Thread-safe; exact for the rows of finished batches.
    [[nodiscard]] LoaderCounts counts() const;

  private:
    // Written by its own thread only.
    struct alignas(64) Worker {  // avoids false sharing
        Workspace workspace;
        std::atomic<std::int64_t> images{0}, bytes_read{0}, bytes_decoded{0}, bytes_written{0};
    };

    void make(const RowTask& row, Worker& worker);

    const BatchSource& source_;
    RowQueues& queues_;
    const std::size_t thread_count_;
    std::vector<Worker> workers_;
    std::vector<std::jthread> threads_;
};

}  // namespace goetia
