// What changes, for those who watch: every change has a number, and the newest thousands are kept, so that a watcher
// who was away goes on where it was.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "base/json_fwd.h"
#include "base/result.h"
#include "net/websocket.h"

namespace goetia {

class Monitor {
  public:
    explicit Monitor(std::size_t kept = 10000) : kept_(kept) {}

    // A watcher: {"topics": ["tasks", "nodes", "task/ID", ...], "after": seq} says what it wants; again at any time. A
    // slow reader is sent {"kind": "gap"} once it can read again, and fetches what it missed.
    void open(const std::shared_ptr<WebSocket>& socket);

    // Safe to call from several threads. `value` is JSON text.
    void publish(std::string_view topic, std::string_view kind, std::string_view id, std::string_view value);
    [[nodiscard]] bool is_watched() const;
    void close_all();

  private:
    struct Change {
        std::uint64_t seq;
        std::string topic;
        SharedText text;
    };
    struct Watcher {
        std::set<std::string, std::less<>> topics;
        bool missed = false;
        WebSocket* socket = nullptr;
    };

    void subscribe(const std::shared_ptr<Watcher>& watcher, const std::string& message);
    static void send(Watcher& watcher, const SharedText& text);
    [[nodiscard]] SharedText gap() const;

    std::size_t kept_;
    mutable std::mutex mutex_;
    std::uint64_t seq_ = 0;
    std::deque<Change> changes_;
    std::map<WebSocket*, std::shared_ptr<Watcher>> watchers_;
};

}  // namespace goetia
