// A TCP connection to this machine that sends exactly the bytes it is given, for tests of servers with malformed input.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/files.h"

namespace goetia::testkit {

class RawSocket {
  public:
    explicit RawSocket(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(static_cast<std::uint16_t>(port))};
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }

    [[nodiscard]] bool connected() const { return connected_; }
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    // Everything until the other side closes, or until `seconds` pass without a byte.
    std::string read_all(double seconds = 10) {
        std::string text;
        for (std::string piece = read_some(seconds); !piece.empty(); piece = read_some(seconds)) text += piece;
        return text;
    }
    // Until `ending` has come.
    std::string read_until(std::string_view ending, double seconds = 10) {
        std::string text;
        while (text.find(ending) == std::string::npos) {
            const std::string piece = read_some(seconds);
            if (piece.empty()) break;
            text += piece;
        }
        return text;
    }
    std::string read_some(double seconds) {
        pollfd waiting{.fd = socket_.get(), .events = POLLIN};
        if (::poll(&waiting, 1, static_cast<int>(seconds * 1000)) != 1) return timed_out_ = true, std::string();
        std::array<char, 65536> bytes{};
        const ssize_t count = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
        return {bytes.data(), count > 0 ? static_cast<std::size_t>(count) : 0};
    }
    [[nodiscard]] bool timed_out() const { return timed_out_; }  // a read waited in vain: the other side has not closed

  private:
    FileDescriptor socket_;
    bool connected_ = false;
    bool timed_out_ = false;
};

}  // namespace goetia::testkit
