// An HTTP/1.1 server with WebSockets and TLS: N threads, each with its own connections, and no thread waits for a
// request's answer. What a request means is the caller's: it is asked once when a head has arrived, and once when the
// body has.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "net/http.h"
#include "net/http_reader.h"
#include "net/server_address.h"
#include "net/tls.h"
#include "net/websocket.h"

namespace goetia {

// Where the answer to one request goes: call it once, from any thread; later calls are ignored. When the last copy is
// destroyed without a call, the client is answered 500, never left waiting.
class Responder {
  public:
    explicit Responder(std::function<void(HttpResponse)> answer);
    void operator()(HttpResponse response) const;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

// What is done with a request whose head has arrived.
struct Reception {
    std::optional<HttpResponse> refusal;     // answered at once, without reading the body
    std::uint64_t body_limit = 1024 * 1024;  // of the body, or of each message of the WebSocket
    std::shared_ptr<BodySink> sink;          // takes the body as it arrives; none: it becomes request.body
    std::function<void(HttpRequest, Responder)> handle;
    // For a request to upgrade to a WebSocket: sets the callbacks of the socket, which is open after it.
    std::function<void(HttpRequest, std::shared_ptr<WebSocket>)> open;
};
using Receptionist = std::function<Reception(const HttpRequest& head)>;

struct ServerLimits {
    std::size_t head_bytes = 16 * 1024;
    std::size_t connections = 20000;
    std::size_t connections_of_one = 5000;           // of one address
    std::size_t websocket_queue_bytes = 256 * 1024;  // of messages that wait for one reader
    double idle_seconds = 75;                        // between two requests
    double head_seconds = 10;                        // from a head's first byte to its last, and for TLS's handshake
    double body_seconds = 30;                        // for a body, and a second more for each `slowest_bytes`
    double slowest_bytes = 4 * 1024;
    double write_seconds = 30;      // for each piece of an answer or message to leave
    double websocket_seconds = 30;  // without a sign of life; half of it after the last one the other side is asked
};

struct ServerOptions {
    std::string host = "127.0.0.1";
    int port = 0;  // 0: any free one
    int threads = 2;
    std::optional<TlsIdentity> tls;  // needed unless `host` is this machine alone
    ServerLimits limits;
    Receptionist receive;
};

struct ServerCounts {
    std::uint64_t connections = 0;  // now
    std::uint64_t websockets = 0;   // now
    std::uint64_t requests = 0;     // since the start
    std::uint64_t refused = 0;      // requests that could not be read, and connections beyond the limit
};

class HttpServer {
  public:
    // kInvalid for an address beyond this machine without TLS; kUnavailable when the port is taken.
    static Result<std::unique_ptr<HttpServer>> start(ServerOptions options);
    virtual ~HttpServer() = default;  // stops without grace

    [[nodiscard]] virtual const ServerAddress& address() const = 0;  // with the port that was found
    [[nodiscard]] virtual ServerCounts counts() const = 0;
    // Takes no more connections, lets the requests that have begun end for up to `grace` seconds, closes WebSockets
    // with 1001.
    virtual void stop(double grace) = 0;
};

}  // namespace goetia
