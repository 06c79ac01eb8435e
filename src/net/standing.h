// Whether what somebody was let in by (a session, a token) still holds. What it let in may last longer than a request:
// it ends with it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace goetia {

// Safe to call from several threads.
class Standing {
  public:
    [[nodiscard]] bool has_ended() const { return ended_; }

    // `close` is called once it ends (at once if it has), unless `what` is gone by then.
    void hold(const std::weak_ptr<void>& what, std::function<void()> close);
    void end();

  private:
    struct Held {
        std::weak_ptr<void> what;
        std::function<void()> close;
    };

    std::atomic<bool> ended_{false};
    std::mutex mutex_;
    std::vector<Held> held_;
};

}  // namespace goetia
