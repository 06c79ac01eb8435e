// An HTTP client and the client's end of a WebSocket, for the agent and the command line. Calls wait for their result
// on the caller's thread, with a time limit, and can be cancelled from any other.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/stop.h"
#include "net/http.h"
#include "net/http_reader.h"
#include "net/server_address.h"

namespace goetia {

struct ClientOptions {
    ServerAddress server;
    // With TLS: the server's key is one of these (TlsIdentity::pin); none: the system's authorities vouch for it.
    std::vector<std::string> pins;
    double connect_seconds = 10;
    StopToken stop;  // looked at twenty times a second while a call waits
};

struct Exchange {
    double silence_seconds = 30;  // without a byte from the server: kUnavailable
    BodySink* sink = nullptr;     // takes the body of a 2xx answer; none: it becomes response.body
    std::uint64_t body_limit = std::uint64_t{64} * 1024 * 1024;
    // Sent once more when the kept connection turns out to be closed: sending it twice does no harm. GET and HEAD
    // always are.
    bool repeatable = false;
};

// One connection that is kept between requests; one thread at a time.
class HttpClient {
  public:
    static Result<std::unique_ptr<HttpClient>> create(ClientOptions options);
    virtual ~HttpClient() = default;

    // The answer, whatever its status. kUnavailable: no connection, or it ended; kDenied: the server's key is not the
    // pinned one, nothing was sent; kCancelled.
    virtual Result<HttpResponse> send(const HttpRequest& request, const Exchange& exchange) = 0;
    Result<HttpResponse> send(const HttpRequest& request) { return send(request, Exchange()); }
};

// One thread at a time, but for wake().
class WebSocketClient {
  public:
    // `path` with `headers`. What the server answers in place of an upgrade is an error with its status and body.
    static Result<std::unique_ptr<WebSocketClient>> open(const ClientOptions& options, const std::string& path,
                                                         const HttpHeaders& headers, double silence_seconds = 30);
    virtual ~WebSocketClient() = default;

    // Returns once the kernel has taken the message; kUnavailable when the connection has ended.
    virtual Status send(const std::string& message) = 0;
    // The next message, or none when `seconds` have passed or wake() was called. Pings are answered while this waits,
    // so it must be called often enough for the server's patience.
    virtual Result<std::optional<std::string>> receive(double seconds) = 0;
    virtual void wake() = 0;   // from any thread
    virtual void close() = 0;  // says goodbye, for up to a second
};

}  // namespace goetia
