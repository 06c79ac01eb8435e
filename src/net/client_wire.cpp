#include "net/client_wire.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace goetia {

Result<std::unique_ptr<ClientWire>> ClientWire::create(ClientOptions options) {
    std::unique_ptr<ClientWire> made(new ClientWire(std::move(options)));
    if (made->options_.server.tls) {
        GOETIA_ASSIGN(made->tls_, client_context(made->options_.pins));
    }
    return made;
}

Error ClientWire::ended(const error_code& error) const {
    return make_error(Code::kUnavailable, "the connection to '{}' ended: {}", options_.server.url(), error.message());
}

asio::awaitable<void> ClientWire::connect_step() {
    const ServerAddress& server = options_.server;
    error_code error;
    resolver_.emplace(io_);
    const Tcp::resolver::results_type found = co_await resolver_->async_resolve(
        server.host, std::to_string(server.port), asio::redirect_error(asio::use_awaitable, error));
    if (error) {
        connected_ = make_error(Code::kUnavailable, "'{}' has no address: {}", server.host, error.message());
        co_return;
    }
    connecting_.emplace(io_);
    co_await asio::async_connect(*connecting_, found, asio::redirect_error(asio::use_awaitable, error));
    if (error) {
        connected_ = make_error(Code::kUnavailable, "'{}' does not answer: {}", server.url(), error.message());
        co_return;
    }
    connecting_->set_option(Tcp::no_delay(true), error);
    Tcp::socket socket = std::move(*connecting_);
    connecting_.reset();
    if (!tls_) {
        wire_.emplace(std::move(socket));
        co_return;
    }
    wire_.emplace(std::move(socket), *tls_);
    SSL_set_tlsext_host_name(wire_->tls()->native_handle(), server.host.c_str());
    if (options_.pins.empty()) wire_->tls()->set_verify_callback(asio::ssl::host_name_verification(server.host), error);
    co_await shake_hands(*wire_, asio::ssl::stream_base::client, error);
    if (!error) co_return;
    drop();
    const bool other_key = error.category() == asio::error::get_ssl_category() &&
                           ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_CERTIFICATE_VERIFY_FAILED;
    // Whoever answers there, the server that is meant does not: it may be back, so nothing is over for its clients.
    connected_ = other_key ? make_error(Code::kUnavailable, "the server at '{}' does not have the {}", server.url(),
                                        options_.pins.empty() ? "certificate of a known authority" : "pinned key")
                           : make_error(Code::kUnavailable, "no TLS with '{}': {}", server.url(), error.message());
}

Status ClientWire::connect() {
    drop();
    connected_ = {};
    GOETIA_TRY(run(connect_step(), options_.connect_seconds));
    return connected_;
}

Status ClientWire::run(asio::awaitable<void> step, double seconds) {
    bool over = false;
    Status closed;
    progress();
    asio::co_spawn(io_, std::move(step), [&](const std::exception_ptr&) { over = true; });
    io_.restart();
    while (!over) {
        io_.run_one_for(std::chrono::milliseconds(50));
        const std::chrono::duration<double> silent = std::chrono::steady_clock::now() - last_progress_;
        const bool stop = options_.stop.stop_requested();
        if (over || !closed || (!stop && silent.count() < seconds)) continue;
        closed = stop ? make_error(Code::kCancelled, "the connection to '{}' was given up", options_.server.url())
                      : make_error(Code::kUnavailable, "'{}' was silent for {:.0f} s", options_.server.url(), seconds);
        if (resolver_) resolver_->cancel();
        if (connecting_) connecting_->close();
        if (wire_) wire_->close();
        if (close_taken) close_taken();
    }
    if (!closed) wire_.reset();
    return closed;
}

Wire ClientWire::take_wire() {
    Wire taken = std::move(*wire_);
    wire_.reset();
    return taken;
}

void ClientWire::drop() {
    if (wire_) wire_->close();
    wire_.reset();
}

}  // namespace goetia
