// The connection of a client and how it is waited for. Internal to this room.
#pragma once

#include <chrono>

#include <boost/asio/co_spawn.hpp>

#include "net/client.h"
#include "net/wire.h"

namespace goetia {

class ClientWire {
  public:
    static Result<std::unique_ptr<ClientWire>> create(ClientOptions options);

    // Connects and shakes hands.
    Status connect();
    // Runs `step` on this thread until it has ended. When nothing has called progress() for `seconds`, or a stop is
    // requested, its connection is closed, it ends, and this is the error.
    Status run(asio::awaitable<void> step, double seconds);
    void progress() { last_progress_ = std::chrono::steady_clock::now(); }

    [[nodiscard]] bool connected() const { return wire_.has_value(); }
    Wire& wire() { return *wire_; }
    Wire take_wire();  // for another protocol
    void drop();       // closes it
    asio::io_context& io() { return io_; }
    [[nodiscard]] const ClientOptions& options() const { return options_; }
    Error ended(const error_code& error) const;  // "the connection to '...' ended: ..."

    std::function<void()> close_taken;  // how run() closes the wire that was taken

  private:
    explicit ClientWire(ClientOptions options) : options_(std::move(options)) {}
    asio::awaitable<void> connect_step();

    ClientOptions options_;
    std::unique_ptr<asio::ssl::context> tls_;
    asio::io_context io_{1};
    std::optional<Tcp::resolver> resolver_;
    std::optional<Tcp::socket> connecting_;
    std::optional<Wire> wire_;
    Status connected_;
    std::chrono::steady_clock::time_point last_progress_;
};

}  // namespace goetia
