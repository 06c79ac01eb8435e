#include "apps/goetia/bench_stream.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <thread>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "net/server_address.h"

namespace goetia::cli {
namespace {

constexpr std::size_t kPiece = 256 * 1024;

Status send_bytes(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return os_error("write to", "the master", errno);
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
}

// A masked text frame with a mask of zeroes.
std::string text_frame(std::string_view text) {
    std::string frame("\x81", 1);
    frame += static_cast<char>(0x80U | text.size());
    frame.append(4, '\0');
    return frame.append(text);
}

class StreamSocket {
  public:
    Status open(const ServerAddress& server, const std::string& token, const std::string& topic) {
        socket_ = FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(server.port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            return os_error("connect to", "the master", errno);
        GOETIA_TRY(
            send_bytes(socket_.get(), fmt::format("GET /ws/monitor HTTP/1.1\r\nHost: {}:{}\r\nUpgrade: websocket\r\n"
                                                  "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                                  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                                                  "Authorization: Bearer {}\r\n\r\n",
                                                  server.host, server.port, token)));
        while (in_.find("\r\n\r\n") == std::string::npos) {
            if (!read_piece()) return failed("the master ended the connection: {}", in_);
        }
        if (!in_.starts_with("HTTP/1.1 101")) return failed("the master does not open the stream: {}", in_);
        in_.erase(0, in_.find("\r\n\r\n") + 4);
        // Answered by a gap, so that it is known to hold.
        return send_bytes(socket_.get(), text_frame(R"({"topics": [")" + topic + R"("], "after": 1})"));
    }
    [[nodiscard]] int descriptor() const { return socket_.get(); }
    bool read_piece() {
        std::array<char, kPiece> bytes;
        const ssize_t count = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
        if (count > 0) in_.append(bytes.data(), static_cast<std::size_t>(count));
        return count > 0;
    }
    void each_message(const std::function<void(std::string_view)>& on_message) {
        std::size_t at = 0;
        while (in_.size() - at >= 2) {
            const auto byte = [&](std::size_t i) {
                return static_cast<std::size_t>(static_cast<unsigned char>(in_[at + i]));
            };
            std::size_t length = byte(1) & 0x7FU, head = 2;
            if (length == 126) {
                if (in_.size() - at < 4) break;
                length = byte(2) << 8U | byte(3), head = 4;
            }
            if (in_.size() - at < head + length) break;
            if ((byte(0) & 0x0FU) == 1) on_message(std::string_view(in_).substr(at + head, length));
            at += head + length;
        }
        in_.erase(0, at);
    }

  private:
    FileDescriptor socket_;
    std::string in_;
};

struct ReadFigures {
    std::uint64_t received = 0, gaps = 0;
    std::vector<double> late;  // milliseconds, of one message in a hundred
};

// Its value is the time at which it was published.
void read_message(std::string_view text, ReadFigures& figures) {
    if (text.find(R"("kind":"gap")") != std::string_view::npos) return void(++figures.gaps);
    if (++figures.received % 100 != 0) return;
    const std::size_t at = text.find(R"("value":)");
    double published = 0;
    std::from_chars(text.data() + at + 8, text.data() + text.size(), published);
    figures.late.push_back((steady_seconds() - published) * 1e3);
}

void read_all(std::vector<StreamSocket>& sockets, ReadFigures& figures, const std::atomic<bool>& over) {
    const FileDescriptor poll(::epoll_create1(EPOLL_CLOEXEC));
    for (std::size_t i = 0; i < sockets.size(); ++i) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = i;
        ::epoll_ctl(poll.get(), EPOLL_CTL_ADD, sockets[i].descriptor(), &event);
    }
    std::array<epoll_event, 64> ready;
    while (!over) {
        const int count = ::epoll_wait(poll.get(), ready.data(), ready.size(), 50);
        for (int i = 0; i < count; ++i) {
            StreamSocket& socket = sockets[ready[static_cast<std::size_t>(i)].data.u64];
            if (!socket.read_piece()) ::epoll_ctl(poll.get(), EPOLL_CTL_DEL, socket.descriptor(), nullptr);
            socket.each_message([&](std::string_view text) { read_message(text, figures); });
        }
    }
}

std::string topic_of(std::uint64_t number) { return "task/" + std::to_string(number + 1); }

std::uint64_t publish(const StreamBench& bench, Monitor& monitor) {
    const double begun = steady_seconds();
    std::uint64_t published = 0;
    while (steady_seconds() - begun < bench.seconds) {
        const double due = (steady_seconds() - begun) * bench.messages_per_second;
        for (; static_cast<double>(published) < due; ++published)
            monitor.publish(topic_of(published % static_cast<std::uint64_t>(bench.topics)), "upsert",
                            std::to_string(published), fmt::format("{}", steady_seconds()), kEverybodys);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return published;
}

}  // namespace

Result<StreamBenchFigures> bench_stream(const StreamBench& bench, Monitor& monitor) {
    GOETIA_ASSIGN(const ServerAddress server, ServerAddress::parse(bench.access.url));
    std::vector<StreamSocket> sockets(static_cast<std::size_t>(bench.readers));
    for (std::size_t i = 0; i < sockets.size(); ++i)
        GOETIA_TRY(sockets[i].open(server, bench.access.token, topic_of(i % static_cast<std::size_t>(bench.topics))));
    for (StreamSocket& socket : sockets) {  // until each is subscribed
        for (bool is_subscribed = false; !is_subscribed;) {
            if (!socket.read_piece()) return failed("the master ended the connection");
            socket.each_message([&](std::string_view) { is_subscribed = true; });
        }
    }
    ReadFigures read;
    std::atomic<bool> over{false};
    const double begun = steady_seconds();
    std::thread reader([&] { read_all(sockets, read, over); });
    const std::uint64_t published = publish(bench, monitor);
    const double seconds = steady_seconds() - begun;
    for (std::uint64_t sent = 0, before = 1; sent != before;) {  // what is still on its way
        before = std::exchange(sent, monitor.counts().sent);
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    over = true;
    reader.join();
    std::ranges::sort(read.late);
    return StreamBenchFigures{.messages_per_second = static_cast<double>(published) / seconds,
                              .received_per_second = static_cast<double>(read.received) / (steady_seconds() - begun),
                              .gaps = static_cast<double>(read.gaps),
                              .late_p99_ms = read.late.empty() ? 0 : read.late[read.late.size() * 99 / 100]};
}

}  // namespace goetia::cli
