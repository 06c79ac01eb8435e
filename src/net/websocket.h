// A WebSocket as the code that uses it sees it. Messages are whole; how they are cut into frames is not seen.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace goetia {

using SharedText = std::shared_ptr<const std::string>;  // one message that many sockets may be sending

// The server's end. Its functions may be called from any thread; the callbacks are called one at a time on the
// connection's thread and must not block.
class WebSocket {
  public:
    virtual ~WebSocket() = default;

    // Queues a message. False, and nothing is queued, when the reader is slow and too many bytes wait already, or when
    // the connection has ended: so a slow reader costs a bounded amount of memory, and the caller decides what it
    // misses.
    virtual bool send(SharedText message) = 0;
    bool send(std::string message) { return send(std::make_shared<const std::string>(std::move(message))); }
    // Closes once what is queued is sent. 1000 normal, 1001 going away, 1008 not allowed, 1013 too slow.
    virtual void close(int code, std::string reason) = 0;
    // Runs `work` on the connection's thread, after what runs there now.
    virtual void post(std::function<void()> work) = 0;

    // Set while the socket is opened. The last one is always called, once; none after it.
    std::function<void(std::string message)> on_message;
    std::function<void()> on_drained;  // everything is sent, after send() had refused a message
    std::function<void()> on_closed;
};

}  // namespace goetia
