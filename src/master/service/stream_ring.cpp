#include "master/service/stream_ring.h"

#include <algorithm>

namespace goetia {

StreamLane lane_of(std::string_view topic) {
    return topic.starts_with("metrics/") || topic.starts_with("log/") ? StreamLane::kFlow : StreamLane::kChanges;
}

void StreamRing::add(StreamChange change) {
    Lane& lane = lanes_[static_cast<std::size_t>(lane_of(change.topic))];
    lane.bytes += change.text->size();
    lane.changes.push_back(std::move(change));
    while (lane.changes.size() > most_messages_ || lane.bytes > most_bytes_) {
        lane.bytes -= lane.changes.front().text->size();
        lane.lost = lane.changes.front().seq;
        lane.changes.pop_front();
    }
}

const StreamChange* StreamRing::next_after(std::uint64_t seq) const {
    const StreamChange* next = nullptr;
    for (const Lane& lane : lanes_) {
        const auto found =
            std::upper_bound(lane.changes.begin(), lane.changes.end(), seq,
                             [](std::uint64_t wanted, const StreamChange& one) { return wanted < one.seq; });
        if (found != lane.changes.end() && (!next || found->seq < next->seq)) next = &*found;
    }
    return next;
}

void StreamRing::begin_after(std::uint64_t seq) {
    for (Lane& lane : lanes_) lane = {.changes = {}, .bytes = 0, .lost = seq};
}

}  // namespace goetia
