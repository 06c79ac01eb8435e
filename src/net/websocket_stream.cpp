#include "net/websocket_stream.h"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

namespace goetia {
namespace {

namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;

std::chrono::steady_clock::duration stream_seconds(double seconds) {
    return std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

void prepare_websocket(WebSocketStream& stream, double silence, std::uint64_t message_limit) {
    stream.set_option(websocket::stream_base::timeout{
        .handshake_timeout = stream_seconds(10), .idle_timeout = stream_seconds(silence), .keep_alive_pings = true});
    stream.read_message_max(message_limit);
    stream.auto_fragment(false);
    stream.text(true);
}

asio::awaitable<void> accept_websocket(WebSocketStream& stream, const HttpRequest& request, error_code& error) {
    http::request<http::string_body> plain(http::verb::get, request.target, 11);
    for (const auto& [name, value] : request.headers.all()) plain.insert(name, value);
    co_await stream.async_accept(plain, asio::redirect_error(asio::use_awaitable, error));
}

asio::awaitable<void> open_websocket(WebSocketStream& stream, const std::string& host, const HttpRequest& request,
                                     HttpResponse& refusal, error_code& error) {
    websocket::response_type answer;
    const auto decorate = [headers = request.headers](websocket::request_type& upgrade) {
        for (const auto& [name, value] : headers.all()) upgrade.set(name, value);
    };
    stream.set_option(websocket::stream_base::decorator(decorate));
    co_await stream.async_handshake(answer, host, request.target, asio::redirect_error(asio::use_awaitable, error));
    if (!error) co_return;
    refusal.status = static_cast<int>(answer.result_int());
    refusal.body = answer.body();
}

asio::awaitable<void> read_message(WebSocketStream& stream, std::string& message, error_code& error) {
    auto buffer = asio::dynamic_buffer(message);
    co_await stream.async_read(buffer, asio::redirect_error(asio::use_awaitable, error));
}

asio::awaitable<void> write_message(WebSocketStream& stream, const std::string& message, error_code& error) {
    co_await stream.async_write(asio::buffer(message), asio::redirect_error(asio::use_awaitable, error));
}

asio::awaitable<void> close_websocket(WebSocketStream& stream, int code, const std::string& reason, error_code& error) {
    websocket::close_reason why(static_cast<websocket::close_code>(code));
    why.reason.assign(reason.data(), std::min<std::size_t>(reason.size(), 120));
    co_await stream.async_close(why, asio::redirect_error(asio::use_awaitable, error));
}

}  // namespace goetia
