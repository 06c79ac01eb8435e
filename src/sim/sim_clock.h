// Virtual time: what happens next. One thread; two things of one moment happen in an order drawn by the schedule.
#pragma once

#include <functional>
#include <queue>
#include <vector>

#include "base/random.h"
#include "pool/pool_types.h"

namespace goetia {

class SimClock {
  public:
    explicit SimClock(Random& random) : random_(random) {}

    [[nodiscard]] Moment now() const { return now_; }
    [[nodiscard]] std::int64_t events() const { return events_; }

    void after(Moment delay, std::function<void()> what) {
        coming_.push({now_ + delay, random_(), counter_++, std::move(what)});
    }

    // Until `end`, or until `stop` says so, which is asked after every event.
    template <class Stop>
    void run(Moment end, Stop stop) {
        while (!coming_.empty() && coming_.top().at <= end) {
            Coming next = std::move(const_cast<Coming&>(coming_.top()));
            coming_.pop();
            now_ = next.at;
            ++events_;
            next.what();
            if (stop()) return;
        }
    }

  private:
    struct Coming {
        Moment at;
        std::uint32_t order;
        std::uint64_t number;
        std::function<void()> what;
        bool operator<(const Coming& other) const {  // the queue's top is the earliest
            return std::tie(at, order, number) > std::tie(other.at, other.order, other.number);
        }
    };

    Random& random_;
    Moment now_ = 1000 * kHour;
    std::uint64_t counter_ = 0;
    std::int64_t events_ = 0;
    std::priority_queue<Coming> coming_;
};

}  // namespace goetia
