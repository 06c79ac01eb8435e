#include "feeding/loading/row_workers.h"

#include <algorithm>
#include <utility>

namespace goetia {

RowWorkers::RowWorkers(const BatchSource& source, RowQueues& queues, std::size_t threads)
    : source_(source), queues_(queues), thread_count_(threads), workers_(std::max<std::size_t>(1, threads)) {}

RowWorkers::~RowWorkers() {
    queues_.close();
    threads_.clear();  // joins
}

void RowWorkers::start() {
    for (std::size_t i = threads_.size(); i < thread_count_; ++i) {
        threads_.emplace_back([this, i] {
            while (const auto row = queues_.wait(i)) make(*row, workers_[i]);
        });
    }
}

void RowWorkers::build_here() {
    while (const auto row = queues_.take(0)) make(*row, workers_[0]);
}

void RowWorkers::make(const RowTask& row, Worker& worker) {
    constexpr auto kRelaxed = std::memory_order_relaxed;  // row_done() publishes them with the batch
    source_.build_row(*row.batch, row.row, worker.workspace);
    worker.images.fetch_add(1, kRelaxed);
    worker.bytes_read.fetch_add(std::exchange(worker.workspace.bytes_read, 0), kRelaxed);
    worker.bytes_decoded.fetch_add(std::exchange(worker.workspace.bytes_decoded, 0), kRelaxed);
    worker.bytes_written.fetch_add(std::exchange(worker.workspace.bytes_written, 0), kRelaxed);
    if (row.batch->row_done()) row.batch->result.set_value(source_.finish(*row.batch));
}

LoaderCounts RowWorkers::counts() const {
    LoaderCounts all;
    for (const Worker& worker : workers_) {
        all.images += worker.images;
        all.bytes_read += worker.bytes_read;
        all.bytes_decoded += worker.bytes_decoded;
        all.bytes_written += worker.bytes_written;
    }
    return all;
}

}  // namespace goetia
