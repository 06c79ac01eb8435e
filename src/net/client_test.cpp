#include "net/client.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "testkit/net_server.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using testkit::NetServer;

TEST(Client, says_nothing_to_a_server_with_another_key) {
    const testkit::TemporaryFolder folder;
    const auto right = own_identity(folder / "a", {"127.0.0.1"}), wrong = own_identity(folder / "b", {"127.0.0.1"});
    ASSERT_TRUE(right.ok() && wrong.ok());
    NetServer server({.tls = *right});
    const auto refused = server.client({wrong->pin})->send({.target = "/secret"});
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, Code::kUnavailable);
    EXPECT_THAT(refused.error().message, HasSubstr("does not have the pinned key"));
    const auto unknown = server.client()->send({.target = "/secret"});
    ASSERT_FALSE(unknown.ok());
    EXPECT_THAT(unknown.error().message, HasSubstr("certificate of a known authority"));
    EXPECT_EQ(server.server().counts().requests, 0U);
    const auto next = server.client({wrong->pin, right->pin})->send({.target = "/a"});
    ASSERT_TRUE(next.ok()) << next.error().message;
    EXPECT_EQ(next->body, "GET /a ");
}

TEST(Client, does_not_speak_tls_with_a_plain_server_nor_the_other_way) {
    NetServer plain({.limits = {.head_seconds = 1}});
    ServerAddress address = plain.address();
    address.tls = true;
    const auto client = HttpClient::create({.server = address, .pins = {"sha256//x"}});
    ASSERT_TRUE(client.ok());
    const auto answer = (*client)->send({.target = "/secret"});
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code, Code::kUnavailable);
    EXPECT_EQ(plain.handled, 0);
}

TEST(Client, connects_again_when_the_kept_connection_is_closed) {
    NetServer server({.limits = {.idle_seconds = 0.1}});
    const auto client = server.client();
    ASSERT_TRUE(client->send({.target = "/a"}).ok());
    ASSERT_TRUE(testkit::eventually([&] { return server.server().counts().connections == 0; }));
    const auto again = client->send({.target = "/b"});
    ASSERT_TRUE(again.ok()) << again.error().message;
    ASSERT_TRUE(testkit::eventually([&] { return server.server().counts().connections == 0; }));
    EXPECT_FALSE(client->send({.method = "POST", .target = "/p"}).ok());  // it may have been handled
    ASSERT_TRUE(client->send({.method = "POST", .target = "/p"}).ok());
    ASSERT_TRUE(testkit::eventually([&] { return server.server().counts().connections == 0; }));
    EXPECT_TRUE(client->send({.method = "POST", .target = "/p"}, {.repeatable = true}).ok());
}

TEST(Client, gives_up_a_silent_server_and_one_that_is_not_there) {
    const FileDescriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    const ServerAddress server{.host = "127.0.0.1", .port = ntohs(address.sin_port)};
    const auto client = HttpClient::create({.server = server});
    const auto nobody = (*client)->send({.target = "/"});
    ASSERT_FALSE(nobody.ok());
    EXPECT_EQ(nobody.error().code, Code::kUnavailable);
    EXPECT_THAT(nobody.error().message, HasSubstr("does not answer"));
    ASSERT_EQ(::listen(listener.get(), 4), 0);
    const double begin = steady_seconds();
    const auto silent = (*client)->send({.target = "/"}, {.silence_seconds = 0.2});
    ASSERT_FALSE(silent.ok());
    EXPECT_THAT(silent.error().message, HasSubstr("was silent"));
    EXPECT_LT(steady_seconds() - begin, 5);
    StopToken stop;
    const auto stoppable = HttpClient::create({.server = server, .stop = stop});
    std::thread stopper([&] { stop.request_stop(); });
    EXPECT_EQ((*stoppable)->send({.target = "/"}).error().code, Code::kCancelled);
    stopper.join();
}

}  // namespace
}  // namespace goetia
