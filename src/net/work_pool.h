// Threads for work that may wait for the disk, with a bounded queue.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace goetia {

class WorkPool {
  public:
    WorkPool(int threads, std::size_t longest_queue);
    ~WorkPool() { stop(); }
    WorkPool(const WorkPool&) = delete;
    WorkPool& operator=(const WorkPool&) = delete;

    // False when too much waits already, or after stop(): the caller answers that.
    bool submit(std::function<void()> work);
    void stop();  // completes what was submitted

  private:
    void loop();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> queue_;
    std::size_t longest_queue_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace goetia
