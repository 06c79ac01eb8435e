// What the server answers to bytes that no client of good will sends: A21 (chunks, headers) and A22 (two ways to read
// one request). Each case must be answered or closed, reach no handler with another meaning, and leave the server as it
// was.
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "testkit/net_server.h"
#include "testkit/raw_socket.h"

namespace goetia {
namespace {

using testkit::NetServer;
using testkit::RawSocket;

struct Malformed {
    std::string bytes;
    int status;
};

std::string post_with(const std::string& headers, const std::string& body) {
    return "POST /p HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n" + body;
}

std::string many(const std::string& text, int count) {
    std::string all;
    for (int i = 0; i < count; ++i) all += text;
    return all;
}

class MalformedRequests : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedRequests, are_refused_and_the_connection_ends) {
    NetServer server;
    RawSocket socket(server.address().port);
    socket.send(GetParam().bytes);
    const std::string answer = socket.read_all();
    EXPECT_FALSE(socket.timed_out());
    EXPECT_THAT(answer, testing::StartsWith("HTTP/1.1 " + std::to_string(GetParam().status)));
    EXPECT_EQ(answer.find("\nHTTP/1.1"), std::string::npos) << "a second request was read";
    EXPECT_EQ(server.handled, 0);
    EXPECT_EQ(server.client()->send({.target = "/after"})->body, "GET /after ");
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, MalformedRequests,
    testing::Values(
        Malformed{"\r\n\r\n", 400},
        Malformed{std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15), 400},
        Malformed{post_with("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
                            "0\r\n\r\nGET /x HTTP/1.1\r\nHost: h\r\n\r\n"),
                  400},
        Malformed{post_with("Content-Length: 4\r\nContent-Length: 5\r\n", "abcde"), 400},
        Malformed{post_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n"), 501},
        Malformed{post_with("Transfer-Encoding: chunked\r\n", "-2\r\nab\r\n0\r\n\r\n"), 400},
        Malformed{post_with("Transfer-Encoding: chunked\r\n", "ffffffffffffffff1\r\nab\r\n0\r\n\r\n"), 400},
        Malformed{post_with("Transfer-Encoding: chunked\r\n", "7fffffffffffffff\r\nab"), 413},
        Malformed{post_with("Transfer-Encoding: chunked\r\n", "2\r\nabc\r\n0\r\n\r\n"), 400},
        Malformed{post_with("Transfer-Encoding: chunked\r\n", "2\nab\r\n0\r\n\r\n"), 400},
        Malformed{post_with("Transfer-Encoding: chunked\r\n", "g\r\n"), 400},
        Malformed{post_with("Transfer-Encoding: chunked\r\n", "1;" + std::string(200'000, 'e')), 400},
        Malformed{post_with("Transfer-Encoding: chunked\r\n", "0\r\n" + many("Trailer: x\r\n", 20'000)), 400},
        Malformed{"POST /small HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + many("1\r\nx\r\n", 11),
                  413},
        Malformed{"GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n", 431},
        Malformed{"GET / HTTP/1.1\r\nHost: h\r\nA: " + std::string(40'000, 'a') + "\r\n\r\n", 431},
        Malformed{"GET / HTTP/1.1\r\nHost: h\r\n" + many("A: b\r\n", 101) + "\r\n", 400},
        Malformed{"GET / HTTP/1.1\r\nHost: h\r\n" + many("A: b\r\n", 100'000) + "\r\n", 431},
        Malformed{"GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n c\r\n\r\n", 400},
        Malformed{"GET / HTTP/1.1\nHost: h\n\n\r\n\r\n", 400}, Malformed{"GET / HTTP/3.0\r\nHost: h\r\n\r\n", 501}));

double resident_mib_now() {
    std::ifstream file("/proc/self/statm");
    double all = 0, resident = 0;
    file >> all >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1024 * 1024);
}

// A21
TEST(MalformedBodies, of_a_million_tiny_chunks_are_read_like_any_other) {
    NetServer server;
    const double before = resident_mib_now();
    RawSocket socket(server.address().port);
    std::thread reader;
    std::string answer;
    reader = std::thread([&] { answer = socket.read_until("1000000", 120); });
    socket.send("PUT /sink HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string thousand = many("1\r\nx\r\n", 1000);
    for (int i = 0; i < 1000; ++i) socket.send(thousand);
    socket.send("0\r\n\r\n");
    reader.join();
    EXPECT_EQ(server.sunk, 1'000'000U);
    EXPECT_THAT(answer, testing::HasSubstr("1000000"));
    EXPECT_LT(resident_mib_now() - before, 8);
}

TEST(MalformedBodies, cut_off_reach_no_handler) {
    NetServer server;
    {
        RawSocket socket(server.address().port);
        socket.send(post_with("Content-Length: 10\r\n", "abc"));
    }
    ASSERT_TRUE(testkit::eventually([&] { return server.server().counts().refused == 1; }));
    EXPECT_EQ(server.handled, 0);
}

}  // namespace
}  // namespace goetia
