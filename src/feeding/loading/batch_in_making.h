// A batch between being dealt out in rows and being given to the loader's caller.
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

// This rank's samples of one epoch, in the order of the rows of its batches.
struct EpochOrder {
    std::uint64_t epoch = 0;
    std::vector<std::int64_t> samples;
};

// Held by everyone who has to do with it; one that nobody waits for any more goes with the last of its rows.
struct BatchInMaking {
    // The rows are the `count` samples of the order from `first` on.
    BatchInMaking(std::shared_ptr<const EpochOrder> whole_order, std::int64_t number, std::size_t first,
                  std::size_t count, const Allocate& allocate, BatchNumbers numbers)
        : order(std::move(whole_order)),
          first(static_cast<std::int64_t>(first)),
          builder(order->epoch, number, std::span(order->samples).subspan(first, count), allocate, numbers),
          missing(builder.rows()) {}

    // Said once of each row. True for the last one: whoever is told so sees all rows, and makes the batch whole.
    [[nodiscard]] bool arrived() { return missing.fetch_sub(1, std::memory_order_acq_rel) == 1; }

    const std::shared_ptr<const EpochOrder> order;
    const std::int64_t first;
    BatchBuilder builder;
    std::atomic<std::int64_t> missing;
    std::promise<Result<Batch>> whole;
};

}  // namespace goetia
