#include "net/standing.h"

#include <utility>

namespace goetia {

void Standing::hold(const std::weak_ptr<void>& what, std::function<void()> close) {
    {
        const std::scoped_lock lock(mutex_);
        if (!ended_) {
            std::erase_if(held_, [](const Held& held) { return held.what.expired(); });
            held_.push_back({what, std::move(close)});
            return;
        }
    }
    if (what.lock()) close();
}

void Standing::end() {
    std::vector<Held> held;
    {
        const std::scoped_lock lock(mutex_);
        ended_ = true;
        held.swap(held_);
    }
    for (const Held& one : held) {
        if (const auto alive = one.what.lock()) one.close();
    }
}

}  // namespace goetia
