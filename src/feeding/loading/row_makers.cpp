#include "feeding/loading/row_makers.h"

#include <algorithm>
#include <utility>

namespace goetia {

RowMakers::RowMakers(const BatchSource& source, RowQueues& queues, std::size_t threads)
    : source_(source), queues_(queues), wanted_(threads), makers_(std::max<std::size_t>(1, threads)) {}

RowMakers::~RowMakers() {
    queues_.close();
    threads_.clear();  // joins
}

void RowMakers::start() {
    for (std::size_t i = threads_.size(); i < wanted_; ++i) {
        threads_.emplace_back([this, i] {
            while (const auto row = queues_.wait(i)) make(*row, makers_[i]);
        });
    }
}

void RowMakers::make_here() {
    while (const auto row = queues_.take(0)) make(*row, makers_[0]);
}

void RowMakers::make(const RowToMake& row, Maker& maker) {
    constexpr auto kRelaxed = std::memory_order_relaxed;  // arrived() orders them for who sees the batch
    source_.make_row(*row.batch, row.row, maker.workspace);
    maker.images.fetch_add(1, kRelaxed);
    maker.bytes_read.fetch_add(std::exchange(maker.workspace.bytes_read, 0), kRelaxed);
    maker.bytes_decoded.fetch_add(std::exchange(maker.workspace.bytes_decoded, 0), kRelaxed);
    maker.bytes_written.fetch_add(std::exchange(maker.workspace.bytes_written, 0), kRelaxed);
    if (row.batch->arrived()) row.batch->whole.set_value(source_.finish(*row.batch));
}

LoaderCounts RowMakers::counts() const {
    LoaderCounts all;
    for (const Maker& maker : makers_) {
        all.images += maker.images;
        all.bytes_read += maker.bytes_read;
        all.bytes_decoded += maker.bytes_decoded;
        all.bytes_written += maker.bytes_written;
    }
    return all;
}

}  // namespace goetia
