#include "feeding/loading/row_queues.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace goetia {

void RowQueues::deal(const std::shared_ptr<PendingBatch>& batch) {
    const auto threads = static_cast<std::int64_t>(queues_.size()), rows = batch->builder.rows();
    std::int64_t asleep = 0;
    {
        const std::scoped_lock lock(sharing_);
        for (std::int64_t part = 0; part < threads; ++part) {
            const std::int64_t from = rows * part / threads, to = rows * (part + 1) / threads;
            if (from == to) continue;
            // Rotated from batch to batch, so that not always the same threads have a row less.
            Queue& queue = queues_[static_cast<std::size_t>((part + batch->builder.index()) % threads)];
            const std::scoped_lock own(queue.mutex);
            queue.shares.push_back({batch, from, to});
            queue.publish();
        }
        asleep = asleep_;
    }
    if (asleep <= rows) return dealt_.notify_all();
    for (std::int64_t row = 0; row < rows; ++row) dealt_.notify_one();
}

void RowQueues::drop() {
    std::vector<Share> left;  // destroyed after the unlock
    const std::scoped_lock lock(sharing_);
    left = reclaim();
}

void RowQueues::close() {
    std::vector<Share> left;
    const std::scoped_lock lock(sharing_);
    left = reclaim();
    closed_ = true;
    dealt_.notify_all();
}

std::vector<RowQueues::Share> RowQueues::reclaim() {
    std::vector<Share> left;
    for (Queue& queue : queues_) {
        const std::scoped_lock own(queue.mutex);
        std::move(queue.shares.begin(), queue.shares.end(), std::back_inserter(left));
        queue.shares.clear();
        queue.begun = false;
        queue.publish();
    }
    return left;
}

std::optional<RowTask> RowQueues::take(std::size_t thread) {
    if (const auto row = continue_share(queues_[thread])) return row;
    queues_[thread].current.reset();
    const std::shared_lock lock(sharing_);
    return begin_share(thread);
}

std::optional<RowTask> RowQueues::wait(std::size_t thread) {
    for (;;) {
        if (const auto row = take(thread)) return row;
        std::unique_lock lock(sharing_);
        if (const auto row = begin_share(thread)) return row;
        if (closed_) return {};
        ++asleep_;
        dealt_.wait(lock);
        --asleep_;
    }
}

// The next row of the share that the thread is working on.
std::optional<RowTask> RowQueues::continue_share(Queue& own) {
    const std::scoped_lock lock(own.mutex);
    if (!own.begun) return {};
    return own.next_row();
}

std::optional<RowTask> RowQueues::begin_share(std::size_t thread) {
    Queue& own = queues_[thread];
    while (const std::optional<Candidate> source = best_source(thread)) {
        std::optional<Share> stolen;
        if (source->queue != thread && !(stolen = steal_upper_half(*source))) continue;  // another thread was faster
        const std::scoped_lock lock(own.mutex);
        if (stolen) own.shares.push_front(*std::move(stolen));
        else if (!own.begins_with(source->batch)) continue;
        own.begun = true;
        own.current = own.shares.front().batch;
        return own.next_row();
    }
    return {};
}

// The oldest batch with rows left: the thread's own share of it, else the largest.
std::optional<RowQueues::Candidate> RowQueues::best_source(std::size_t thread) const {
    std::optional<Candidate> best;
    std::tuple<std::int64_t, bool, std::int64_t> best_rank;
    for (std::size_t i = 0; i < queues_.size(); ++i) {
        const std::int64_t batch = queues_[i].batch.load(std::memory_order_relaxed);
        if (batch == kNone) continue;
        const std::tuple rank{-batch, i == thread, queues_[i].left.load(std::memory_order_relaxed)};
        if (!best || rank > best_rank) best = Candidate{i, batch}, best_rank = rank;
    }
    return best;
}

// Takes the upper half of the victim's first share. Empty when none of that batch is left there.
std::optional<RowQueues::Share> RowQueues::steal_upper_half(const Candidate& victim) {
    Queue& queue = queues_[victim.queue];
    const std::scoped_lock lock(queue.mutex);
    if (!queue.begins_with(victim.batch)) return {};
    Share& share = queue.shares.front();
    const std::int64_t middle = share.from + share.left() / 2;
    Share stolen{share.batch, middle, std::exchange(share.to, middle)};
    if (share.left() == 0) queue.first_share_done();
    queue.publish();
    return stolen;
}

void RowQueues::Queue::publish() {
    batch.store(shares.empty() ? kNone : shares.front().batch->builder.index(), std::memory_order_relaxed);
    left.store(shares.empty() ? 0 : shares.front().left(), std::memory_order_relaxed);
}

void RowQueues::Queue::first_share_done() {
    shares.pop_front();
    begun = false;
}

bool RowQueues::Queue::begins_with(std::int64_t number) const {
    return !shares.empty() && shares.front().batch->builder.index() == number;
}

// The next row of the first share, which must exist.
RowTask RowQueues::Queue::next_row() {
    Share& share = shares.front();
    const RowTask row{share.batch.get(), share.from++};
    if (share.left() == 0) first_share_done();
    publish();
    return row;
}

}  // namespace goetia
