// A22, A24, A27, A50: every limit of the server just below, at and just above it; many connections of one address;
// lines of a log that a client would forge.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/utf8.h"
#include "net/log_line.h"
#include "testkit/net_server.h"
#include "testkit/raw_socket.h"

namespace goetia {
namespace {

using testkit::eventually;
using testkit::NetServer;
using testkit::RawSocket;

std::string status_of(const NetServer& server, const std::string& bytes) {
    RawSocket socket(server.address().port);
    socket.send(bytes);
    const std::string answer = socket.read_until("\r\n\r\n");
    return answer.size() < 12 ? answer : answer.substr(9, 3);
}

TEST(AttackLimits, A22TheHeadsLengthIsLimitedToTheByte) {
    const ServerLimits limits;
    NetServer server;
    const std::string begin = "GET / HTTP/1.1\r\nHost: h\r\nA: ", end = "\r\n\r\n";
    const std::size_t rest = begin.size() + end.size();
    const auto head = [&](std::size_t size) { return begin + std::string(size - rest, 'a') + end; };
    EXPECT_EQ(status_of(server, head(limits.head_bytes - 1)), "200");
    EXPECT_EQ(status_of(server, head(limits.head_bytes)), "200");
    EXPECT_EQ(status_of(server, head(limits.head_bytes + 1)), "431");
    EXPECT_EQ(status_of(server, head(limits.head_bytes * 10)), "431");
}

TEST(AttackLimits, A22TheNumberOfHeadersIsLimited) {
    NetServer server;
    const auto head = [](int count) {
        std::string text = "GET / HTTP/1.1\r\nHost: h\r\n";
        for (int i = 1; i < count; ++i) text += "A: b\r\n";
        return text + "\r\n";
    };
    EXPECT_EQ(status_of(server, head(99)), "200");
    EXPECT_EQ(status_of(server, head(100)), "200");
    EXPECT_EQ(status_of(server, head(101)), "400");
    EXPECT_EQ(status_of(server, head(1000)), "400");
}

TEST(AttackLimits, A22ABodyIsLimitedToTheByteHoweverItComes) {
    NetServer server;
    for (const auto& [size, status] :
         std::map<std::size_t, std::string>{{9, "200"}, {10, "200"}, {11, "413"}, {100, "413"}}) {
        const std::string body(size, 'x');
        EXPECT_EQ(status_of(server,
                            fmt::format("POST /small HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n{}", size, body)),
                  status);
        EXPECT_EQ(status_of(server, fmt::format("POST /small HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                                                "{:x}\r\n{}\r\n0\r\n\r\n",
                                                size, body)),
                  status);
    }
}

TEST(AttackLimits, A24AMessageIsLimitedToTheByteHoweverItIsCut) {
    constexpr std::size_t kLimit = 64 * 1024;
    NetServer server;
    for (const auto& [size, is_taken] :
         std::map<std::size_t, bool>{{kLimit - 1, true}, {kLimit, true}, {kLimit + 1, false}, {kLimit * 10, false}}) {
        auto socket = std::move(*WebSocketClient::open({.server = server.address()}, "/ws", {}));
        const bool sent = socket->send(std::string(size, 'x')).ok();
        const auto answer = sent ? socket->receive(10) : Result<std::optional<std::string>>(std::nullopt);
        EXPECT_EQ(answer.ok() && answer->has_value(), is_taken) << size;
    }
    EXPECT_EQ(server.client()->send({.target = "/after"})->body, "GET /after ");
}

TEST(AttackLimits, A27OneAddressHoldsSoManyConnectionsAndNoMore) {
    NetServer server({.limits = {.connections_of_one = 20}});
    std::vector<std::unique_ptr<RawSocket>> held;
    for (int i = 0; i < 20; ++i) held.push_back(std::make_unique<RawSocket>(server.address().port));
    ASSERT_TRUE(eventually([&] { return server.server().counts().connections == 20; }));
    RawSocket more(server.address().port);
    EXPECT_EQ(more.read_all(), "") << "it is closed at once";
    EXPECT_FALSE(more.timed_out());
    EXPECT_GE(server.server().counts().refused, 1U);
    held.clear();
    ASSERT_TRUE(eventually([&] { return server.server().counts().connections == 0; }));
    EXPECT_EQ(server.client()->send({.target = "/after"})->body, "GET /after ") << "their places are free again";
    auto socket = std::move(*WebSocketClient::open({.server = server.address()}, "/ws", {}));
    for (int i = 0; i < 18; ++i) held.push_back(std::make_unique<RawSocket>(server.address().port));
    ASSERT_TRUE(eventually([&] { return server.server().counts().connections >= 19; }));
    RawSocket twentieth(server.address().port), beyond(server.address().port);
    EXPECT_EQ(beyond.read_all(), "") << "a WebSocket keeps its place";
}

TEST(AttackLogs, A50EveryByteIsOneRecordWithoutControlBytes) {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
    all += "\r\n2026-11-30 forged line\x1B[2J\x1B]0;title\x07 行";
    const std::string line = one_log_line(all);
    for (const char letter : line) EXPECT_TRUE(static_cast<unsigned char>(letter) >= 0x20 && letter != 0x7f);
    EXPECT_FALSE(first_invalid_utf8(line));
    EXPECT_THAT(line, testing::HasSubstr("\\x0D\\x0A2026-11-30 forged line\\x1B[2J\\x1B]0;title\\x07 行"));
    EXPECT_EQ(one_log_line("as it is, 行"), "as it is, 行");
}

}  // namespace
}  // namespace goetia
