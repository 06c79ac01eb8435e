#include "net/request_figures.h"

#include <algorithm>

namespace goetia {

void RequestFigures::add(const std::string& route, int status, double seconds) {
    const auto place = std::lower_bound(kBounds.begin(), kBounds.end(), seconds) - kBounds.begin();
    const std::scoped_lock lock(mutex_);
    ++figures_.requests[{route, status}];
    ++figures_.latency.counts[static_cast<std::size_t>(place)];
    figures_.latency.seconds += seconds;
}

RequestFigures::Figures RequestFigures::read() const {
    const std::scoped_lock lock(mutex_);
    return figures_;
}

}  // namespace goetia
