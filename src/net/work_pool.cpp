#include "net/work_pool.h"

namespace goetia {

WorkPool::WorkPool(int threads, std::size_t longest_queue) : longest_queue_(longest_queue) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { loop(); });
}

bool WorkPool::submit(std::function<void()> work) {
    const std::scoped_lock lock(mutex_);
    if (stopping_ || queue_.size() >= longest_queue_) return false;
    queue_.push_back(std::move(work));
    changed_.notify_one();
    return true;
}

void WorkPool::stop() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    for (std::thread& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

void WorkPool::loop() {
    while (true) {
        std::function<void()> work;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
            if (queue_.empty()) return;
            work = std::move(queue_.front());
            queue_.pop_front();
        }
        work();
    }
}

}  // namespace goetia
