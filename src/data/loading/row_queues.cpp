#include "data/loading/row_queues.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace goetia {

void RowQueues::deal(const std::shared_ptr<BatchInMaking>& batch) {
    const auto threads = static_cast<std::int64_t>(queues_.size()), rows = batch->builder.rows();
    std::int64_t asleep = 0;
    {
        const std::scoped_lock lock(sharing_);
        for (std::int64_t part = 0; part < threads; ++part) {
            const std::int64_t from = rows * part / threads, to = rows * (part + 1) / threads;
            if (from == to) continue;
            // Turned by one from batch to batch, so that it is not always the same threads that have a row less.
            Queue& queue = queues_[static_cast<std::size_t>((part + batch->builder.index()) % threads)];
            const std::scoped_lock own(queue.mutex);
            queue.shares.push_back({batch, from, to});
        }
        asleep = asleep_;
    }
    if (asleep <= rows) return dealt_.notify_all();
    for (std::int64_t row = 0; row < rows; ++row) dealt_.notify_one();
}

void RowQueues::drop() {
    std::vector<Share> left;  // let go once nothing is locked
    const std::scoped_lock lock(sharing_);
    left = take_back();
}

void RowQueues::close() {
    std::vector<Share> left;
    const std::scoped_lock lock(sharing_);
    left = take_back();
    closed_ = true;
    dealt_.notify_all();
}

std::vector<RowQueues::Share> RowQueues::take_back() {
    std::vector<Share> left;
    for (Queue& queue : queues_) {
        const std::scoped_lock own(queue.mutex);
        std::move(queue.shares.begin(), queue.shares.end(), std::back_inserter(left));
        queue.shares.clear();
        queue.begun = false;
    }
    return left;
}

std::optional<RowToMake> RowQueues::take(std::size_t thread) {
    if (const auto row = go_on(queues_[thread])) return row;
    queues_[thread].making.reset();
    const std::scoped_lock lock(sharing_);
    return begin_share(thread);
}

std::optional<RowToMake> RowQueues::wait(std::size_t thread) {
    if (const auto row = go_on(queues_[thread])) return row;
    queues_[thread].making.reset();
    std::unique_lock lock(sharing_);
    for (;;) {
        if (const auto row = begin_share(thread)) return row;
        if (closed_) return {};
        ++asleep_;
        dealt_.wait(lock);
        --asleep_;
    }
}

// The next row of the share that the thread has begun.
std::optional<RowToMake> RowQueues::go_on(Queue& own) {
    const std::scoped_lock lock(own.mutex);
    if (!own.begun) return {};
    Share& share = own.shares.front();
    const RowToMake row{share.batch.get(), share.from++};
    if (share.left() == 0) {
        own.shares.pop_front();
        own.begun = false;
    }
    return row;
}

std::optional<RowToMake> RowQueues::begin_share(std::size_t thread) {
    Queue& own = queues_[thread];
    while (const std::optional<Place> place = best_place(thread)) {
        std::optional<Share> stolen;
        if (place->queue != thread && !(stolen = upper_half(*place))) continue;  // its thread was quicker
        {
            const std::scoped_lock lock(own.mutex);
            if (stolen) own.shares.push_front(*std::move(stolen));
            own.begun = true;
            own.making = own.shares.front().batch;
        }
        return go_on(own);  // nobody can have stolen it in between: that takes `sharing_`
    }
    return {};
}

// The oldest batch that has rows left; of it the thread's own share, else the largest.
std::optional<RowQueues::Place> RowQueues::best_place(std::size_t thread) {
    std::optional<Place> best;
    std::tuple<std::int64_t, bool, std::int64_t> best_rank;
    for (std::size_t i = 0; i < queues_.size(); ++i) {
        const std::scoped_lock lock(queues_[i].mutex);
        if (queues_[i].shares.empty()) continue;
        const Share& share = queues_[i].shares.front();
        const std::int64_t batch = share.batch->builder.index();
        const std::tuple rank{-batch, i == thread, share.left()};
        if (!best || rank > best_rank) best = Place{i, batch}, best_rank = rank;
    }
    return best;
}

// Of the share at that place, taken out of its queue. Empty when no row of the batch is left there.
std::optional<RowQueues::Share> RowQueues::upper_half(const Place& place) {
    Queue& queue = queues_[place.queue];
    const std::scoped_lock lock(queue.mutex);
    if (queue.shares.empty() || queue.shares.front().batch->builder.index() != place.batch) return {};
    Share& share = queue.shares.front();
    const std::int64_t middle = share.from + share.left() / 2;
    Share stolen{share.batch, middle, std::exchange(share.to, middle)};
    if (share.left() == 0) {
        queue.shares.pop_front();
        queue.begun = false;
    }
    return stolen;
}

}  // namespace goetia
