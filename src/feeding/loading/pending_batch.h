// A batch whose rows are being built.
#pragma once

#include <atomic>
#include <cstdint>
#include <future>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "feeding/loading/batch_builder.h"

namespace goetia {

// This rank's samples of one epoch, in batch order.
struct EpochOrder {
    std::uint64_t epoch = 0;
    std::vector<std::int64_t> samples;
};

// Shared by the loader and the row queues; an abandoned batch is freed with the last of its rows.
struct PendingBatch {
    // Its rows are `count` samples of the order, from `first` on.
    PendingBatch(std::shared_ptr<const EpochOrder> epoch_order, std::int64_t number, std::size_t first,
                 std::size_t count, const Allocate& allocate, PixelType pixel_type)
        : order(std::move(epoch_order)),
          first(static_cast<std::int64_t>(first)),
          builder(order->epoch, number, std::span(order->samples).subspan(first, count), allocate, pixel_type),
          missing(builder.rows()) {}

    // Called once for each finished row. True for the last one: that caller sees all rows and finishes the batch.
    [[nodiscard]] bool row_done() { return missing.fetch_sub(1, std::memory_order_acq_rel) == 1; }

    const std::shared_ptr<const EpochOrder> order;
    const std::int64_t first;
    BatchBuilder builder;
    std::atomic<std::int64_t> missing;
    std::promise<Result<Batch>> result;
};

}  // namespace goetia
