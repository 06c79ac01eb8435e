// A master behind real sockets with the paths of protocol/agent_paths.h and no mind of its own: what it wants is set by
// the test, bytes are kept in memory.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/json_text.h"
#include "net/server.h"
#include "protocol/agent_paths.h"
#include "protocol/desired.h"
#include "testkit/memory_master.h"

namespace goetia::testkit {

class PoolMaster {
  public:
    explicit PoolMaster(ServerOptions options = {}) {
        options.receive = [this](const HttpRequest& head) { return receive(head); };
        server_ = HttpServer::start(std::move(options)).value();
    }
    ~PoolMaster() { stop(); }

    [[nodiscard]] std::string url() const { return server_->address().url(); }
    void want(std::vector<WantedAttempt> attempts) {
        const std::scoped_lock lock(mutex_);
        desired_.attempts = std::move(attempts);
        ++desired_.generation;
        tell();
    }
    void stop() { server_->stop(0.1); }

    // Under the lock, since the server's threads change them.
    template <class Look>
    auto look(Look look) {
        const std::scoped_lock lock(mutex_);
        return look(*this);
    }
    MemoryMaster bytes;
    std::vector<NodeStatus> statuses;
    std::set<std::string> tokens{"token-1"};
    std::set<std::string> secrets;  // "node.secret" of those that have enrolled
    std::set<std::string> seen;     // what callers showed in Authorization
    int sessions = 0;

  private:
    static HttpResponse json_answer(const Json& json, int status = 200) {
        return {.status = status, .body = json_text(json)};
    }
    static HttpResponse refused(int status) { return json_answer({{"detail", "not you"}}, status); }

    Reception receive(const HttpRequest& head) {
        const std::string path(head.path());
        const std::scoped_lock lock(mutex_);
        if (path == kEnrolPath) return by([this](const HttpRequest& request) { return enrol(request); });
        const std::string shown = head.headers.value("Authorization");
        seen.insert(shown);
        if (!shown.starts_with("Bearer ") || !secrets.contains(shown.substr(7))) return {.refusal = refused(401)};
        if (path == kSessionPath) {
            Reception reception;
            reception.open = [this](const HttpRequest&, const std::shared_ptr<WebSocket>& socket) { open(socket); };
            return reception;
        }
        if (path == kStreamsPath) return by([this](const HttpRequest& request) { return append(request); });
        if (path == kObjectsPath) return by([this](const HttpRequest& request) { return put(request); });
        return by([this](const HttpRequest& request) { return get(request); });
    }
    Reception by(std::function<HttpResponse(const HttpRequest&)> function) {
        Reception reception{.body_limit = kLargestChunk};
        reception.handle = [this, function = std::move(function)](const HttpRequest& request,
                                                                  const Responder& responder) {
            const std::scoped_lock lock(mutex_);
            responder(function(request));
        };
        return reception;
    }

    HttpResponse enrol(const HttpRequest& request) {
        const Json json = Json::parse(request.body, nullptr, false);
        if (!json.is_object() || tokens.erase(json.value("token", "")) == 0) return refused(403);
        const std::string secret = fmt::format("secret-{}", secrets.size());
        secrets.insert("node-1." + secret);
        return json_answer({{"node", "node-1"}, {"secret", secret}});
    }
    HttpResponse append(const HttpRequest& request) {
        const auto asked = append_request_from(Json::parse(request.headers.value(kRequestHeader), nullptr, false));
        if (!asked) return refused(400);
        const auto answer = bytes.append(*asked, request.body);
        return answer ? json_answer(to_json(*answer)) : refused(503);
    }
    HttpResponse put(const HttpRequest& request) {
        const auto asked = object_chunk_from(Json::parse(request.headers.value(kRequestHeader), nullptr, false));
        if (!asked) return refused(400);
        const auto answer = bytes.put(*asked, request.body);
        return answer ? json_answer(to_json(*answer)) : refused(503);
    }
    HttpResponse get(const HttpRequest& request) {
        const std::string sha256(request.path().substr(kObjectsPath.size() + 1));
        long long first = 0, last = 0;
        if (std::sscanf(request.headers.value("Range").c_str(), "bytes=%lld-%lld", &first, &last) != 2)
            return refused(400);
        auto found = bytes.get(sha256, first, last + 1);
        return found ? HttpResponse{.status = 206, .body = *std::move(found)} : refused(404);
    }

    void open(const std::shared_ptr<WebSocket>& socket) {
        const std::scoped_lock lock(mutex_);
        desired_.session = static_cast<std::uint64_t>(++sessions);
        desired_.generation = 1;
        socket_ = socket;
        socket->on_message = [this](const std::string& message) {
            const std::scoped_lock inner(mutex_);
            auto status = node_status_from(Json::parse(message, nullptr, false));
            if (status) statuses.push_back(*std::move(status));
        };
        socket->send(json_text({{"session", desired_.session}}));
        tell();
    }
    void tell() {
        if (const auto socket = socket_.lock()) socket->send(json_text(to_json(desired_)));
    }

    std::mutex mutex_;
    NodeDesired desired_;
    std::weak_ptr<WebSocket> socket_;
    std::unique_ptr<HttpServer> server_;  // the last member: its threads use the others
};

}  // namespace goetia::testkit
