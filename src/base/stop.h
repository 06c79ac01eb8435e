// A cooperative stop request, passed down to long-running work. Copies share one request.
#pragma once

#include <atomic>
#include <memory>

namespace goetia {

class StopToken {
  public:
    StopToken() : stopped_(std::make_shared<std::atomic<bool>>(false)) {}
    void request_stop() { stopped_->store(true, std::memory_order_relaxed); }
    [[nodiscard]] bool stop_requested() const { return stopped_->load(std::memory_order_relaxed); }

  private:
    std::shared_ptr<std::atomic<bool>> stopped_;
};

}  // namespace goetia
