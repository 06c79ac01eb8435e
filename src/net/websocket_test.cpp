#include "net/websocket.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testkit/net_server.h"
#include "testkit/raw_socket.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using testkit::eventually;
using testkit::NetServer;
using testkit::RawSocket;

std::unique_ptr<WebSocketClient> opened(const NetServer& server, const std::string& path,
                                        std::vector<std::string> pins = {}) {
    auto socket = WebSocketClient::open({.server = server.address(), .pins = std::move(pins)}, path, {});
    EXPECT_TRUE(socket.ok()) << (socket.ok() ? "" : socket.error().message);
    return socket.ok() ? std::move(*socket) : nullptr;
}

TEST(WebSockets, carry_messages_both_ways_with_and_without_tls) {
    const testkit::TemporaryFolder folder;
    const auto identity = own_identity(folder / "tls", {"127.0.0.1"});
    ASSERT_TRUE(identity.ok());
    NetServer plain, secure({.tls = *identity});
    for (const NetServer* server : {&plain, &secure}) {
        const auto socket = opened(*server, "/ws", {identity->pin});
        ASSERT_TRUE(socket);
        ASSERT_TRUE(socket->send("one").ok());
        ASSERT_TRUE(socket->send(std::string(50'000, 'x')).ok());
        EXPECT_EQ(*socket->receive(10), "echo one");
        EXPECT_EQ((*socket->receive(10))->size(), 50'005U);
        EXPECT_EQ(*socket->receive(0.01), std::nullopt);
        ASSERT_TRUE(socket->send("bye").ok());
        EXPECT_FALSE(socket->receive(10).ok());
        EXPECT_EQ(socket->send("after").error().code, Code::kUnavailable);
    }
}

TEST(WebSockets, say_why_they_are_refused) {
    NetServer server;
    const auto refused = WebSocketClient::open({.server = server.address()}, "/refused", {});
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, Code::kDenied);
    EXPECT_THAT(refused.error().message, HasSubstr("refused with 403"));
}

TEST(WebSockets, end_when_a_message_is_too_long) {
    NetServer server;
    const auto socket = opened(server, "/ws");
    ASSERT_TRUE(socket);
    const Status sent = socket->send(std::string(70'000, 'x'));  // it may end while this is under way
    EXPECT_TRUE(!sent || !socket->receive(10).ok());
    EXPECT_TRUE(eventually([&] { return server.closed == 1; }));
}

// A24
TEST(WebSockets, of_endless_fragments_or_bad_frames_end) {
    NetServer server;
    for (const std::string& frame :
         {std::string("\x00\x81\x00\x00\x00\x00x", 7), std::string("\xc1\x81\x00\x00\x00\x00x", 7),
          std::string("\x81\x01x", 3), std::string("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14)}) {
        RawSocket socket(server.address().port);
        socket.send(
            "GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
        EXPECT_THAT(socket.read_until("\r\n\r\n"), HasSubstr("101 Switching Protocols"));
        socket.send(frame);
        socket.read_all();
        EXPECT_FALSE(socket.timed_out());
    }
    RawSocket endless(server.address().port);
    endless.send(
        "GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
    endless.read_until("\r\n\r\n");
    bool taken = endless.send(std::string("\x01\x81\0\0\0\0x", 7));
    for (int i = 0; i < 1'000'000 && taken; ++i) taken = endless.send(std::string("\x00\x81\0\0\0\0x", 7));
    EXPECT_FALSE(taken);
}

TEST(WebSockets, of_a_slow_reader_take_a_bounded_amount_of_memory) {
    NetServer server({.limits = {.websocket_queue_bytes = 100'000, .write_seconds = 20}});
    const auto client = opened(server, "/mute");
    ASSERT_TRUE(client);
    ASSERT_TRUE(eventually([&] { return server.server().counts().websockets == 1; }));
    std::shared_ptr<WebSocket> socket;
    {
        const std::scoped_lock lock(server.mutex);
        socket = server.last_socket;
    }
    const auto message = std::make_shared<const std::string>(std::string(10'000, 'x'));
    int sent = 0;
    while (socket->send(message)) ++sent;  // the kernel's buffers, then the queue
    EXPECT_FALSE(socket->send(message));
    EXPECT_EQ(server.drained, 0);
    for (int i = 0; i < sent; ++i) ASSERT_TRUE((*client->receive(10)).has_value()) << i << " of " << sent;
    EXPECT_TRUE(eventually([&] { return server.drained > 0; }));
    EXPECT_TRUE(socket->send(message));
    EXPECT_TRUE((*client->receive(10)).has_value());
}

TEST(WebSockets, of_a_reader_that_is_stuck_end) {
    NetServer server({.limits = {.write_seconds = 0.2}});
    const auto client = opened(server, "/mute");
    ASSERT_TRUE(client);
    ASSERT_TRUE(eventually([&] { return server.server().counts().websockets == 1; }));
    const auto message = std::make_shared<const std::string>(std::string(100'000, 'x'));
    EXPECT_TRUE(eventually([&] {
        const std::scoped_lock lock(server.mutex);
        server.last_socket->send(message);
        return server.closed == 1;
    }));
}

TEST(WebSockets, without_a_sign_of_life_end_on_both_sides) {
    NetServer server({.limits = {.websocket_seconds = 0.3}});
    const auto alive = opened(server, "/ws");
    ASSERT_TRUE(alive);
    RawSocket dead(server.address().port);
    dead.send(
        "GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
    EXPECT_TRUE((*alive->receive(1.5)) == std::nullopt);  // its pongs are signs of life
    dead.read_all();
    EXPECT_FALSE(dead.timed_out());
    EXPECT_EQ(server.server().counts().websockets, 1U);
}

TEST(WebSockets, are_told_when_the_server_stops_and_waiters_can_be_woken) {
    NetServer server;
    const auto socket = opened(server, "/ws");
    ASSERT_TRUE(socket);
    std::thread waker([&] { socket->wake(); });
    EXPECT_EQ(*socket->receive(30), std::nullopt);
    waker.join();
    std::thread stopper([&] { server.server().stop(20); });
    EXPECT_FALSE(socket->receive(10).ok());
    stopper.join();
    EXPECT_EQ(server.closed, 1);
}

}  // namespace
}  // namespace goetia
