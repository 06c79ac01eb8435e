// The newest messages of the stream, so that a reader who was away goes on where it was. Changes of state have a lane
// of their own: however many points and log lines come, they do not push out a change.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>

#include "net/websocket.h"

namespace goetia {

// kChanges: of tasks, nodes, experiments. kFlow: points of metrics and logs.
enum class StreamLane : std::uint8_t { kChanges, kFlow };
StreamLane lane_of(std::string_view topic);

struct StreamChange {
    std::uint64_t seq = 0;
    std::string topic, owner;
    SharedText text;
};

class StreamRing {
  public:
    // `messages` and `bytes`: of each lane.
    StreamRing(std::size_t messages, std::size_t bytes) : most_messages_(messages), most_bytes_(bytes) {}

    void add(StreamChange change);
    // The first message after `seq`, or null.
    [[nodiscard]] const StreamChange* next_after(std::uint64_t seq) const;
    // Whether a message after `seq` of this lane is no longer here.
    [[nodiscard]] bool has_lost(StreamLane lane, std::uint64_t seq) const { return lane_at(lane).lost > seq; }
    // Whatever was before is lost: messages up to `seq` were never here.
    void begin_after(std::uint64_t seq);

  private:
    struct Lane {
        std::deque<StreamChange> changes;
        std::size_t bytes = 0;
        std::uint64_t lost = 0;  // the number of the newest one that went
    };
    [[nodiscard]] const Lane& lane_at(StreamLane lane) const { return lanes_[static_cast<std::size_t>(lane)]; }

    std::size_t most_messages_, most_bytes_;
    std::array<Lane, 2> lanes_;
};

}  // namespace goetia
