// What the parts of the server share. Internal to this room.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "net/server.h"
#include "net/wire.h"

namespace goetia {

// A connection that the server can end.
class LiveConnection {
  public:
    virtual ~LiveConnection() = default;
    virtual void begin_stop() = 0;  // ends when what has begun is over
    virtual void end_now() = 0;
};

// One thread and what runs on it. Whoever may call in from another thread after the server's end holds it.
struct NetWorker {
    std::set<LiveConnection*> live;  // touched on its thread only
    asio::io_context io{1};
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work;
    std::thread thread;
};

struct ServerCore {
    ServerOptions options;
    std::unique_ptr<asio::ssl::context> tls;
    std::atomic<bool> stopping{false};
    std::atomic<std::uint64_t> connections{0}, websockets{0}, requests{0}, refused{0};
    std::mutex mutex;  // for the condition
    std::condition_variable ended;
    std::map<std::string, std::size_t> addresses;  // with their connections
    void leave();                                  // a connection has ended
};

// One of the connections that an address may have, until the last copy ends; null when it has them all.
std::shared_ptr<void> take_place(const std::shared_ptr<ServerCore>& core, const std::string& address);

// Registers a connection for as long as it lives; on the worker's thread.
class Presence {
  public:
    Presence(ServerCore& core, NetWorker& worker, LiveConnection* connection);
    ~Presence();
    Presence(const Presence&) = delete;
    Presence& operator=(const Presence&) = delete;

  private:
    ServerCore& core_;
    NetWorker& worker_;
    LiveConnection* connection_;
};

using SharedWorker = std::shared_ptr<NetWorker>;
using SharedCore = std::shared_ptr<ServerCore>;

// Both run until the connection ends; the socket's executor is the worker's.
void serve_http(const SharedCore& core, const SharedWorker& worker, Tcp::socket socket, std::shared_ptr<void> place);
asio::awaitable<void> serve_websocket(SharedCore core, SharedWorker worker, Wire wire, HttpRequest request,
                                      Reception reception);

// A plain answer where nobody who knows better was asked.
HttpResponse plain_response(int status, std::string_view sentence);

}  // namespace goetia
