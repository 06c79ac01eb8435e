#include "master/service/monitor.h"

#include <fmt/format.h>

#include "base/json.h"
#include "base/json_text.h"

namespace goetia {
namespace {

constexpr std::size_t kMostTopics = 200;

}  // namespace

void Monitor::open(const std::shared_ptr<WebSocket>& socket) {
    auto watcher = std::make_shared<Watcher>();
    watcher->socket = socket.get();
    {
        const std::scoped_lock lock(mutex_);
        watchers_[socket.get()] = watcher;
    }
    socket->on_message = [this, watcher](const std::string& message) { subscribe(watcher, message); };
    socket->on_drained = [this, watcher] {
        const std::scoped_lock lock(mutex_);
        if (!watcher->missed) return;
        watcher->missed = false;
        send(*watcher, gap());
    };
    socket->on_closed = [this, raw = socket.get()] {
        const std::scoped_lock lock(mutex_);
        watchers_.erase(raw);
    };
}

void Monitor::subscribe(const std::shared_ptr<Watcher>& watcher, const std::string& message) {
    const Result<Json> asked = parse_json(message, "the message");
    const bool fits = asked && asked->is_object() && asked->contains("topics") && (*asked)["topics"].is_array() &&
                      (*asked)["topics"].size() <= kMostTopics;
    if (!fits) return watcher->socket->close(1008, R"(say {"topics": [...], "after": seq})");
    const std::scoped_lock lock(mutex_);
    watcher->topics.clear();
    for (const Json& topic : (*asked)["topics"]) {
        if (topic.is_string()) watcher->topics.insert(topic.get<std::string>());
    }
    const auto after = asked->find("after");
    if (after == asked->end() || !after->is_number_unsigned()) return;
    const auto seq = after->get<std::uint64_t>();
    const std::uint64_t oldest = changes_.empty() ? seq_ + 1 : changes_.front().seq;
    if (seq > seq_ || seq + 1 < oldest) return send(*watcher, gap());
    for (const Change& change : changes_) {
        if (change.seq > seq && watcher->topics.contains(change.topic)) send(*watcher, change.text);
    }
}

void Monitor::send(Watcher& watcher, const SharedText& text) {
    if (!watcher.missed && !watcher.socket->send(text)) watcher.missed = true;
}

SharedText Monitor::gap() const {
    return std::make_shared<const std::string>(
        fmt::format(R"({{"seq":{},"topic":"","kind":"gap","id":"","value":null}})", seq_));
}

void Monitor::publish(std::string_view topic, std::string_view kind, std::string_view id, std::string_view value) {
    const std::scoped_lock lock(mutex_);
    ++seq_;
    auto text = std::make_shared<const std::string>(
        fmt::format(R"({{"seq":{},"topic":{},"kind":"{}","id":{},"value":{}}})", seq_,
                    json_text(Json(std::string(topic))), kind, json_text(Json(std::string(id))), value));
    changes_.push_back({seq_, std::string(topic), text});
    if (changes_.size() > kept_) changes_.pop_front();
    for (auto& [socket, watcher] : watchers_) {
        if (watcher->topics.contains(topic)) send(*watcher, text);
    }
}

bool Monitor::is_watched() const {
    const std::scoped_lock lock(mutex_);
    return !watchers_.empty();
}

void Monitor::close_all() {
    const std::scoped_lock lock(mutex_);
    for (auto& [socket, watcher] : watchers_) watcher->socket->close(1001, "the master stops");
}

}  // namespace goetia
