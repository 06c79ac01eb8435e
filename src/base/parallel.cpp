#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace goetia {
namespace {

constexpr std::chrono::milliseconds kTellEvery{100};

class Crew {
  public:
    Crew(std::int64_t count, const ParallelOptions& options, const std::function<Status(std::int64_t)>& work)
        : count_(count), options_(options), work_(work) {}

    Status run() {
        const int requested =
            options_.threads > 0 ? options_.threads : static_cast<int>(std::thread::hardware_concurrency());
        working_ = static_cast<int>(std::clamp<std::int64_t>(requested, 1, std::max<std::int64_t>(1, count_)));
        std::vector<std::jthread> threads;
        for (int i = 0, all = working_; i < all; ++i) threads.emplace_back([this] { labour(); });
        watch();
        if (wrong_) return *std::move(wrong_);
        if (options_.stop.stop_requested()) return make_error(Code::kCancelled, "stopped before it was done");
        return {};
    }

  private:
    void labour() {
        for (std::int64_t i = next_++; i < count_ && !options_.stop.stop_requested(); i = next_++) {
            Status done = work_(i);
            ++done_;
            if (done) continue;
            const std::scoped_lock lock(mutex_);
            if (!wrong_) wrong_ = std::move(done).error();
            next_ = count_;
        }
        const std::scoped_lock lock(mutex_);
        --working_;
        changed_.notify_all();
    }

    void watch() {
        for (bool ended = false; !ended;) {
            std::unique_lock lock(mutex_);
            ended = changed_.wait_for(lock, kTellEvery, [this] { return working_ == 0; });
            lock.unlock();
            if (options_.on_progress) options_.on_progress(done_, count_);
        }
    }

    const std::int64_t count_;
    const ParallelOptions& options_;
    const std::function<Status(std::int64_t)>& work_;
    std::atomic<std::int64_t> next_{0}, done_{0};
    std::mutex mutex_;
    std::condition_variable changed_;
    int working_ = 0;
    std::optional<Error> wrong_;
};

}  // namespace

Status parallel_for(std::int64_t count, const ParallelOptions& options,
                    const std::function<Status(std::int64_t)>& work) {
    return Crew(count, options, work).run();
}

}  // namespace goetia
