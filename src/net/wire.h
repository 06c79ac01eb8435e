// A TCP connection with or without TLS, as one type: Beast's and Asio's templates are compiled once for both. Internal
// to this room, since Boost's headers cost many seconds in each file that includes them.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/result.h"

namespace goetia {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using boost::system::error_code;

class Wire {
  public:
    using executor_type = Tcp::socket::executor_type;
    using TlsStream = asio::ssl::stream<Tcp::socket>;

    explicit Wire(Tcp::socket socket) : plain_(std::move(socket)) {}
    Wire(Tcp::socket socket, asio::ssl::context& context)
        : tls_(std::make_unique<TlsStream>(std::move(socket), context)) {}

    executor_type get_executor() { return socket().get_executor(); }
    Tcp::socket& socket() { return tls_ ? tls_->next_layer() : *plain_; }
    [[nodiscard]] TlsStream* tls() const { return tls_.get(); }
    void close();  // everything that waits for it ends with an error
    void keep(std::shared_ptr<void> what) { kept_ = std::move(what); }  // until this ends

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        if (tls_) return tls_->async_read_some(buffers, std::forward<Token>(token));
        return plain_->async_read_some(buffers, std::forward<Token>(token));
    }
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        if (tls_) return tls_->async_write_some(buffers, std::forward<Token>(token));
        return plain_->async_write_some(buffers, std::forward<Token>(token));
    }

  private:
    std::optional<Tcp::socket> plain_;
    std::unique_ptr<TlsStream> tls_;
    std::shared_ptr<void> kept_;
};

// The steps of a connection, compiled once, in wire.cpp.
asio::awaitable<void> shake_hands(Wire& wire, asio::ssl::stream_base::handshake_type side, error_code& error);
asio::awaitable<std::size_t> read_some(Wire& wire, asio::mutable_buffer into, error_code& error);
asio::awaitable<void> write_both(Wire& wire, asio::const_buffer first, asio::const_buffer second, error_code& error);

// Calls `on_expiry` when the time that was set last has come. Setting a later time costs nothing; one thread.
class Deadline {
  public:
    Deadline(const asio::any_io_executor& executor, std::function<void()> on_expiry);
    ~Deadline();
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

    void after(double seconds);  // from now
    void cancel();

  private:
    using Clock = std::chrono::steady_clock;
    struct State;
    static void wait(const std::shared_ptr<State>& state);
    std::shared_ptr<State> state_;
};

struct TlsIdentity;
Result<std::unique_ptr<asio::ssl::context>> server_context(const TlsIdentity& identity);
// `pins`: the server's key must be one of these, and nothing else about its certificate counts; none: the system's
// authorities.
Result<std::unique_ptr<asio::ssl::context>> client_context(std::vector<std::string> pins);

}  // namespace goetia
