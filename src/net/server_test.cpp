#include "net/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/process.h"
#include "testkit/net_server.h"
#include "testkit/raw_socket.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using testkit::NetServer;
using testkit::RawSocket;

HttpResponse answer_to(HttpClient& client, const HttpRequest& request, const Exchange& exchange = {}) {
    Result<HttpResponse> response = client.send(request, exchange);
    EXPECT_TRUE(response.ok()) << (response.ok() ? "" : response.error().message);
    return response.ok() ? std::move(*response) : HttpResponse{.status = 0};
}

TEST(Server, answers_several_requests_on_one_connection) {
    NetServer server;
    const auto client = server.client();
    EXPECT_EQ(answer_to(*client, {.target = "/a?b=c"}).body, "GET /a?b=c ");
    EXPECT_EQ(answer_to(*client, {.method = "POST", .target = "/p", .body = "text"}).body, "POST /p text");
    EXPECT_EQ(answer_to(*client, {.target = "/later"}).body, "from another thread");
    EXPECT_EQ(answer_to(*client, {.target = "/parts"}).body, "part;part;part;");
    EXPECT_EQ(answer_to(*client, {.target = "/never"}).status, 500);
    EXPECT_EQ(answer_to(*client, {.target = "/refused"}).status, 403);
    EXPECT_EQ(answer_to(*client, {.method = "HEAD", .target = "/a"}).body, "");
    EXPECT_EQ(answer_to(*client, {.target = "/last"}).body, "GET /last ");
    EXPECT_EQ(server.server().counts().connections, 1U);
    EXPECT_EQ(server.server().counts().requests, 8U);
}

TEST(Server, takes_a_large_body_in_pieces_and_sends_a_file_in_ranges) {
    NetServer server;
    const auto client = server.client();
    const std::string large(5'000'000, 'x');
    EXPECT_EQ(answer_to(*client, {.method = "PUT", .target = "/sink", .body = large}).body, "5000000");
    server.folder().write("file", large + "end");
    EXPECT_EQ(answer_to(*client, {.target = "/file"}).body.size(), 5'000'003U);
    HttpRequest range{.target = "/file"};
    range.headers.add("Range", "bytes=-4");
    const HttpResponse part = answer_to(*client, range);
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, "xend");
    TextSink sink;
    EXPECT_EQ(answer_to(*client, {.target = "/file"}, {.sink = &sink}).body, "");
    EXPECT_EQ(sink.text, large + "end");
}

TEST(Server, answers_a_body_that_it_may_not_or_cannot_take) {
    NetServer server;
    const auto client = server.client();
    EXPECT_EQ(answer_to(*client, {.method = "POST", .target = "/small", .body = "0123456789"}).status, 200);
    EXPECT_EQ(answer_to(*client, {.method = "POST", .target = "/small", .body = "0123456789a"}).status, 413);
    EXPECT_EQ(answer_to(*client, {.method = "POST", .target = "/small", .body = std::string(2'000'000, 'x')}).status,
              413);
    EXPECT_EQ(answer_to(*client, {.method = "POST", .target = "/refused", .body = std::string(2'000'000, 'x')}).status,
              403);
    const HttpResponse full = answer_to(*client, {.method = "PUT", .target = "/sink", .body = "disk full"});
    EXPECT_EQ(full.status, 507);
    EXPECT_THAT(full.body, Not(HasSubstr("space")));  // what went wrong inside is not said
}

TEST(Server, answers_pipelined_requests_in_order) {
    NetServer server;
    RawSocket socket(server.address().port);
    socket.send(
        "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
        "GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    const std::string all = socket.read_all();
    const auto first = all.find("GET /1 "), second = all.find("POST /2 abc"), third = all.find("GET /3 ");
    EXPECT_LT(first, second);
    EXPECT_LT(second, third);
    EXPECT_LT(third, all.size());
    EXPECT_FALSE(socket.timed_out());
}

// A27
TEST(Server, ends_slow_heads_slow_bodies_and_idle_connections) {
    NetServer server({.limits = {.idle_seconds = 0.2, .head_seconds = 0.2, .body_seconds = 0.2, .slowest_bytes = 1e6}});
    RawSocket silent(server.address().port), head(server.address().port), body(server.address().port),
        idle(server.address().port);
    head.send("GET / HTTP/1.1\r\nHo");
    body.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
    idle.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_THAT(idle.read_until("GET / "), HasSubstr("200 OK"));
    for (RawSocket* socket : {&silent, &head, &body, &idle}) {
        socket->read_all();
        EXPECT_FALSE(socket->timed_out());
    }
}

TEST(Server, a_dribbled_head_does_not_live_longer_by_its_bytes) {
    NetServer server({.limits = {.head_seconds = 0.3}});
    RawSocket socket(server.address().port);
    socket.send("GET / HTTP/1.1\r\nHost: h\r\n");
    const double begin = steady_seconds();
    while (socket.send("A: b\r\n") && steady_seconds() - begin < 10) socket.read_some(0.02);
    EXPECT_LT(steady_seconds() - begin, 5);
}

TEST(Server, stops_when_what_has_begun_is_over) {
    NetServer server;
    RawSocket idle(server.address().port), busy(server.address().port);
    busy.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nte");
    ASSERT_TRUE(testkit::eventually([&] { return server.server().counts().requests == 1; }));
    std::thread stopper([&] { server.server().stop(20); });
    EXPECT_EQ(idle.read_all(), "");
    EXPECT_FALSE(idle.timed_out());
    busy.send("xt");
    EXPECT_THAT(busy.read_all(), HasSubstr("POST /p text"));
    stopper.join();
    EXPECT_FALSE(RawSocket(server.address().port).connected());
}

TEST(Server, refuses_to_answer_others_without_tls_and_a_port_that_is_taken) {
    const auto open = HttpServer::start({.host = "0.0.0.0", .receive = [](const HttpRequest&) { return Reception(); }});
    ASSERT_FALSE(open.ok());
    EXPECT_EQ(open.error().code, Code::kInvalid);
    EXPECT_THAT(open.error().message, HasSubstr("needs TLS"));
    NetServer server;
    const auto taken =
        HttpServer::start({.port = server.address().port, .receive = [](const HttpRequest&) { return Reception(); }});
    ASSERT_FALSE(taken.ok());
    EXPECT_EQ(taken.error().code, Code::kUnavailable);
    EXPECT_THAT(taken.error().message, HasSubstr("is in use"));
}

TEST(Server, answers_curl_with_and_without_tls) {
    ASSERT_FALSE(find_program("curl").empty()) << "./goetia test installs curl";
    const testkit::TemporaryFolder folder;
    const auto identity = own_identity(folder / "tls", {"127.0.0.1"});
    ASSERT_TRUE(identity.ok());
    NetServer plain, secure({.tls = *identity});
    const auto curl = [](std::vector<std::string> words) {
        words.insert(words.begin(), {"curl", "-sS", "--noproxy", "*"});
        return std::move(*run_process({.words = std::move(words), .timeout_seconds = 60}));
    };
    const std::string large(3'000'000, 'x');
    const auto file = folder.write("large", large);
    EXPECT_EQ(curl({plain.address().url() + "/a?b"}).output, "GET /a?b ");
    EXPECT_EQ(curl({"-T", file.string(), plain.address().url() + "/sink"}).output, "3000000");  // Expect: 100-continue
    EXPECT_EQ(curl({"-H", "Transfer-Encoding: chunked", "-d", "chunks", plain.address().url() + "/c"}).output,
              "POST /c chunks");
    const std::string url = secure.address().url() + "/s";
    EXPECT_EQ(curl({"-k", "--pinnedpubkey", identity->pin, url}).output, "GET /s ");
    EXPECT_EQ(curl({"--cacert", identity->certificate.string(), url}).output, "GET /s ");
    EXPECT_EQ(curl({"-k", "--pinnedpubkey", "sha256//" + base64(std::string(32, 'a')), url}).exit_code, 90);
    EXPECT_NE(curl({"-k", "--tls-max", "1.2", url}).exit_code, 0);
}

}  // namespace
}  // namespace goetia
