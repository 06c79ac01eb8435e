#include "master/service/monitor.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/json_text.h"
#include "master/service/ownership.h"

namespace goetia {
namespace {

constexpr std::size_t kMostTopics = 200;
constexpr std::size_t kLongestTopic = 200;
constexpr int kGenerationShift = 32;  // 4 billion messages of one start; 2 million starts are exact in JSON
constexpr std::string_view kHowToSubscribe = R"(say {"topics": [...], "after": seq}, with at most 200 topics)";

bool sees(const Caller& caller, std::string_view owner) { return owner == kEverybodys || may_see(caller, owner); }

bool names_one(std::string_view topic) {
    constexpr std::array<std::string_view, 4> kBefore{"task/", "events/", "metrics/", "log/"};
    return std::ranges::any_of(kBefore, [&](std::string_view before) { return topic.starts_with(before); });
}

struct Wanted {
    std::set<std::string, std::less<>> topics;
    std::optional<std::uint64_t> after;
};

std::optional<Wanted> wanted_in(const std::string& message) {
    const Result<Json> asked = parse_json(message, "the message");
    if (!asked || !asked->is_object() || !asked->contains("topics")) return std::nullopt;
    Wanted wanted;
    for (const auto& [name, value] : asked->items()) {
        if (name == "topics") {
            if (!value.is_array() || value.size() > kMostTopics) return std::nullopt;
            for (const Json& topic : value) {
                if (!topic.is_string() || topic.get_ref<const std::string&>().size() > kLongestTopic)
                    return std::nullopt;
                wanted.topics.insert(topic.get<std::string>());
            }
        } else if (name == "after") {
            if (value.is_null()) continue;
            if (!value.is_number_unsigned()) return std::nullopt;
            wanted.after = value.get<std::uint64_t>();
        } else {
            return std::nullopt;
        }
    }
    return wanted;
}

SharedText message_text(std::uint64_t seq, std::string_view topic, std::string_view kind, std::string_view id,
                        std::string_view value) {
    return std::make_shared<const std::string>(fmt::format(R"({{"seq":{},"topic":{},"kind":"{}","id":{},"value":{}}})",
                                                           seq, json_text(Json(std::string(topic))), kind,
                                                           json_text(Json(std::string(id))), value));
}

std::string_view id_in(std::string_view topic) {
    const std::size_t slash = topic.find('/');
    return slash == std::string_view::npos ? std::string_view() : topic.substr(slash + 1);
}

}  // namespace

Monitor::Monitor(MonitorOptions options)
    : options_(options),
      owner_of_([](std::string_view) { return std::optional(std::string(kEverybodys)); }),
      ring_(options.kept, options.kept_bytes),
      thread_([this] { loop(); }) {}

Monitor::~Monitor() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    thread_.join();
}

void Monitor::begin(std::uint64_t generation, OwnerOf owner_of) {
    const std::scoped_lock lock(mutex_);
    owner_of_ = std::move(owner_of);
    seq_ = generation << kGenerationShift;
    ring_.begin_after(seq_);
}

void Monitor::open(const std::shared_ptr<WebSocket>& socket, Caller caller) {
    auto watcher = std::make_shared<Watcher>();
    watcher->caller = std::move(caller);
    watcher->socket = socket.get();
    {
        const std::scoped_lock lock(mutex_);
        const auto own = std::ranges::count_if(
            watchers_, [&](const auto& one) { return one.second->caller.id == watcher->caller.id; });
        if (watchers_.size() >= options_.most_readers || static_cast<std::size_t>(own) >= options_.most_of_one) {
            return socket->close(1013, "too many read the stream already");
        }
        watchers_[socket.get()] = watcher;
    }
    socket->on_message = [this, watcher](const std::string& message) {
        const std::scoped_lock lock(mutex_);
        subscribe(*watcher, message);
    };
    socket->on_drained = [this, watcher] {
        const std::scoped_lock lock(mutex_);
        if (watcher->is_behind) catch_up(*watcher);
    };
    socket->on_closed = [this, raw = socket.get()] { leave(raw); };
}

void Monitor::leave(WebSocket* socket) {
    const std::scoped_lock lock(mutex_);
    const auto found = watchers_.find(socket);
    if (found == watchers_.end()) return;
    std::vector<std::string> none;
    set_topics(*found->second, {}, none);
    watchers_.erase(found);
}

void Monitor::subscribe(Watcher& watcher, const std::string& message) {
    std::optional<Wanted> wanted = wanted_in(message);
    if (!wanted) return watcher.socket->close(1008, std::string(kHowToSubscribe));
    std::vector<std::string> hidden;
    std::erase_if(wanted->topics, [&](const std::string& topic) {
        const bool is_list = topic == "tasks" || topic == "nodes" || topic == "experiments";
        const std::optional<std::string> owner = names_one(topic) ? owner_of_(topic) : std::nullopt;
        if (is_list || (owner && sees(watcher.caller, *owner))) return false;
        hidden.push_back(topic);
        return true;
    });
    std::vector<std::string> added;
    set_topics(watcher, std::move(wanted->topics), added);
    resume(watcher, wanted->after, added);
    // What is not there, and what one may not see, are told alike.
    for (const std::string& topic : hidden)
        send(watcher, message_text(watcher.sent, topic, "delete", id_in(topic), "null"));
}

void Monitor::set_topics(Watcher& watcher, std::set<std::string, std::less<>> topics, std::vector<std::string>& added) {
    for (const std::string& topic : watcher.topics) {
        if (topics.contains(topic)) continue;
        Topic& left = topics_[topic];
        std::erase(left.watchers, &watcher);
        if (left.watchers.empty()) left.left_at = steady_seconds();
    }
    for (const std::string& topic : topics) {
        if (watcher.topics.contains(topic)) continue;
        const auto [at, is_new] = topics_.try_emplace(topic);
        if (is_new) at->second.warm_after = seq_;
        at->second.watchers.push_back(&watcher);
        added.push_back(topic);
    }
    watcher.topics = std::move(topics);
}

// What the reader has is `after`; topics that it read already on this socket need nothing.
void Monitor::resume(Watcher& watcher, std::optional<std::uint64_t> after, const std::vector<std::string>& added) {
    const bool is_first = !std::exchange(watcher.has_begun, true);
    if (is_first) watcher.sent = seq_;
    if (!after) return;
    const bool is_of_another_start = *after > seq_ || (*after >> kGenerationShift) != (seq_ >> kGenerationShift);
    if (is_of_another_start) {
        send_gap(watcher, "", watcher.sent);
        return;
    }
    // A later subscription of a socket: what was sent meanwhile has higher numbers than what would be sent again.
    if (!is_first) {
        for (const std::string& topic : added) {
            if (*after < watcher.sent || topics_[topic].warm_after > *after) send_gap(watcher, topic, watcher.sent);
        }
        return;
    }
    watcher.sent = *after;
    for (const std::string& topic : added) {
        if (topics_[topic].warm_after > *after && !send_gap(watcher, topic, *after)) return;
    }
    catch_up(watcher);
}

// Sends from the ring what the socket takes.
void Monitor::catch_up(Watcher& watcher) {
    watcher.is_behind = false;
    if (!skip_lost(watcher)) return;
    while (const StreamChange* change = ring_.next_after(watcher.sent)) {
        const bool is_for_it = watcher.topics.contains(change->topic) && sees(watcher.caller, change->owner);
        if (is_for_it && !send(watcher, change->text)) return;
        watcher.sent = change->seq;
    }
    watcher.sent = seq_;
}

// Tells of the gaps behind which the reader goes on. False when its socket takes no more.
bool Monitor::skip_lost(Watcher& watcher) {
    const std::uint64_t sent = watcher.sent;
    if (ring_.has_lost(StreamLane::kChanges, sent)) {
        if (!send_gap(watcher, "", seq_)) return false;
        watcher.sent = seq_;
        return true;
    }
    if (!ring_.has_lost(StreamLane::kFlow, sent)) return true;
    for (const std::string& topic : watcher.topics) {
        if (lane_of(topic) == StreamLane::kFlow && !send_gap(watcher, topic, sent)) return false;
    }
    return true;
}

bool Monitor::send(Watcher& watcher, const SharedText& text) {
    if (!watcher.socket->send(text)) return watcher.is_behind = true, false;
    ++counts_.sent;
    return true;
}

bool Monitor::send_gap(Watcher& watcher, std::string_view topic, std::uint64_t seq) {
    ++counts_.gaps;
    return send(watcher, message_text(seq, topic, "gap", "", "null"));
}

bool Monitor::wants(std::string_view topic) {
    const std::scoped_lock lock(mutex_);
    if (topics_.contains(topic)) return true;
    ++seq_;
    return false;
}

void Monitor::publish(std::string_view topic, std::string_view kind, std::string_view id, std::string_view value,
                      std::string_view owner) {
    const std::scoped_lock lock(mutex_);
    add(topic, kind, id, value, owner);
}

void Monitor::publish_gap(std::string_view topic, std::string_view owner) {
    const std::scoped_lock lock(mutex_);
    add(topic, "gap", "", "null", owner);
}

void Monitor::add(std::string_view topic, std::string_view kind, std::string_view id, std::string_view value,
                  std::string_view owner) {
    ++seq_;
    const auto found = topics_.find(topic);
    if (found == topics_.end()) return;
    ++counts_.messages;
    const SharedText text = message_text(seq_, topic, kind, id, value);
    ring_.add({.seq = seq_, .topic = std::string(topic), .owner = std::string(owner), .text = text});
    for (Watcher* watcher : found->second.watchers) {
        if (watcher->is_behind || !sees(watcher->caller, owner)) continue;
        if (send(*watcher, text)) watcher->sent = seq_;
    }
}

void Monitor::publish_points(const std::string& experiment, std::vector<LivePoint> points, std::string_view owner) {
    const std::scoped_lock lock(mutex_);
    if (!topics_.contains("metrics/" + experiment)) return void(++seq_);
    const bool is_first = runs_.empty();
    Run& run = runs_[experiment];
    run.owner = owner;
    for (LivePoint& point : points) run.points.add(std::move(point));
    if (is_first) changed_.notify_all();
}

void Monitor::loop() {
    double told = 0, checked = 0;
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const double pause = runs_.empty() ? options_.cool_seconds : options_.redraw_seconds;
        changed_.wait_for(lock, std::chrono::duration<double>(pause));
        const double now = steady_seconds();
        if (now - told >= options_.redraw_seconds) told = now, tell_points();
        if (now - checked < options_.cool_seconds) continue;
        checked = now;
        cool();
    }
}

void Monitor::tell_points() {
    for (auto& [experiment, run] : std::exchange(runs_, {})) {
        const std::string topic = "metrics/" + experiment;
        const std::optional<std::string> points = run.points.take();
        points ? add(topic, "upsert", experiment, *points, run.owner) : add(topic, "gap", "", "null", run.owner);
    }
}

void Monitor::cool() {
    const double now = steady_seconds();
    std::erase_if(topics_, [&](const auto& topic) {
        return topic.second.watchers.empty() && now - topic.second.left_at > options_.warm_seconds;
    });
}

MonitorCounts Monitor::counts() const {
    const std::scoped_lock lock(mutex_);
    MonitorCounts counts = counts_;
    counts.readers = watchers_.size();
    return counts;
}

void Monitor::close_all() {
    const std::scoped_lock lock(mutex_);
    for (auto& [socket, watcher] : watchers_) watcher->socket->close(1001, "the master stops");
}

}  // namespace goetia
