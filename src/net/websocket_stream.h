// Beast's WebSocket over a Wire, compiled once, in websocket_stream.cpp, for the server and for the client. Internal to
// this room.
#pragma once

#include <boost/beast/websocket/stream.hpp>

#include "net/http.h"
#include "net/wire.h"

namespace goetia {

// How Beast ends a Wire under a WebSocket: both sides have said goodbye, so there is nothing to wait for.
template <class TeardownHandler>
void async_teardown(boost::beast::role_type, Wire& wire, TeardownHandler&& handler) {
    wire.close();
    asio::post(wire.get_executor(),
               [handler = std::forward<TeardownHandler>(handler)]() mutable { handler(error_code()); });
}
inline void teardown(boost::beast::role_type, Wire& wire, error_code& error) {
    error = {};
    wire.close();
}

inline void beast_close_socket(Wire& wire) { wire.close(); }

using WebSocketStream = boost::beast::websocket::stream<Wire, false>;  // without compression: no bombs, and less memory

// `silence`: seconds without a sign of life after which it is closed; half of it after the last one the peer is asked.
void prepare_websocket(WebSocketStream& stream, double silence, std::uint64_t message_limit);

asio::awaitable<void> accept_websocket(WebSocketStream& stream, const HttpRequest& request, error_code& error);
// As a client; `refusal` is the server's answer where that was not an upgrade.
asio::awaitable<void> open_websocket(WebSocketStream& stream, const std::string& host, const HttpRequest& request,
                                     HttpResponse& refusal, error_code& error);
asio::awaitable<void> read_message(WebSocketStream& stream, std::string& message, error_code& error);
asio::awaitable<void> write_message(WebSocketStream& stream, const std::string& message, error_code& error);
asio::awaitable<void> close_websocket(WebSocketStream& stream, int code, const std::string& reason, error_code& error);

}  // namespace goetia
