// The stream: what changes, for those who watch. Every message has a number that rises over all topics and over
// restarts of the master, and the newest ones are kept, so that a reader who was away goes on where it was, or is told
// that there is a gap. docs/reference/stream.md is for readers.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"
#include "master/service/live_points.h"
#include "master/service/stream_ring.h"
#include "net/route.h"
#include "net/websocket.h"

namespace goetia {

inline constexpr std::string_view kEverybodys = "*";  // an owner: everybody may see it

struct MonitorOptions {
    std::size_t kept = 20'000;  // messages of each lane
    std::size_t kept_bytes = 16 << 20;
    std::size_t most_readers = 5000, most_of_one = 1000;  // sockets, and those of one caller
    double warm_seconds = 60;  // a topic that nobody reads any more is told of so long, for who comes back
    double redraw_seconds = 0.1, cool_seconds = 1;  // how often points are told, and topics looked at
};

struct MonitorCounts {
    std::uint64_t readers = 0, messages = 0, sent = 0, gaps = 0;
};

// Safe to call from several threads.
class Monitor {
  public:
    // The owner of a "task/ID", "events/ID", "log/ID" (of a task) or "metrics/ID" (of an experiment); none: there is no
    // such thing.
    using OwnerOf = std::function<std::optional<std::string>(std::string_view topic)>;

    explicit Monitor(MonitorOptions options = {});
    ~Monitor();
    Monitor(const Monitor&) = delete;
    Monitor& operator=(const Monitor&) = delete;

    // Before anything else. `generation`: of this start; the numbers of an earlier start are all lower.
    void begin(std::uint64_t generation, OwnerOf owner_of);

    // A reader says {"topics": [...], "after": seq}, again at any time.
    void open(const std::shared_ptr<WebSocket>& socket, Caller caller);

    // To be asked for each message: whether anybody reads the topic or did within `warm_seconds`. One that is not
    // wanted need not be made; it only has a number, by which whoever comes later is told of a gap.
    [[nodiscard]] bool wants(std::string_view topic);
    // `value` is JSON text.
    void publish(std::string_view topic, std::string_view kind, std::string_view id, std::string_view value,
                 std::string_view owner);
    // Readers of the topic have missed something.
    void publish_gap(std::string_view topic, std::string_view owner);
    // Of a run's metrics: told together, at most once per `redraw_seconds`.
    void publish_points(const std::string& experiment, std::vector<LivePoint> points, std::string_view owner);

    [[nodiscard]] MonitorCounts counts() const;
    void close_all();

  private:
    struct Watcher {
        Caller caller;
        WebSocket* socket = nullptr;
        std::set<std::string, std::less<>> topics;
        std::uint64_t sent = 0;  // the number up to which everything was sent
        bool is_behind = false;  // its socket took no more: it goes on from the ring
        bool has_begun = false;
    };
    struct Topic {
        std::vector<Watcher*> watchers;
        std::uint64_t warm_after = 0;  // messages up to this number may not have been made
        double left_at = 0;            // steady time at which the last watcher went
    };
    struct TextHash : std::hash<std::string_view> {
        using is_transparent = void;
    };
    struct Run {
        LivePoints points;
        std::string owner;
    };

    void subscribe(Watcher& watcher, const std::string& message);
    void set_topics(Watcher& watcher, std::set<std::string, std::less<>> topics, std::vector<std::string>& added);
    void resume(Watcher& watcher, std::optional<std::uint64_t> after, const std::vector<std::string>& added);
    void catch_up(Watcher& watcher);
    bool skip_lost(Watcher& watcher);
    void leave(WebSocket* socket);
    bool send(Watcher& watcher, const SharedText& text);
    bool send_gap(Watcher& watcher, std::string_view topic, std::uint64_t seq);
    void add(std::string_view topic, std::string_view kind, std::string_view id, std::string_view value,
             std::string_view owner);
    void loop();
    void tell_points();
    void cool();

    MonitorOptions options_;
    OwnerOf owner_of_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::uint64_t seq_ = 0;
    StreamRing ring_;
    std::map<WebSocket*, std::shared_ptr<Watcher>> watchers_;
    std::unordered_map<std::string, Topic, TextHash, std::equal_to<>> topics_;
    std::map<std::string, Run> runs_;  // with points that were not told yet, by experiment
    MonitorCounts counts_;
    bool stopping_ = false;
    std::thread thread_;  // for what follows from the time
};

}  // namespace goetia
