#include "net/http.h"

#include <gtest/gtest.h>

#include "net/server_address.h"

namespace goetia {
namespace {

TEST(Http, finds_headers_in_any_case_and_lets_no_value_begin_another) {
    HttpResponse response{.status = 404};
    response.headers.add("X-A", "1\r\nX-B: 2");
    response.headers.set("x-a", "3\r\nX-C: 4");
    EXPECT_EQ(response.headers.value("X-a"), "3\r\nX-C: 4");
    EXPECT_EQ(head_of(response), "HTTP/1.1 404 Not Found\r\nx-a: 3  X-C: 4\r\n\r\n");
}

TEST(Http, splits_a_target_and_its_query) {
    const HttpRequest request{.target = "/api/tasks?q=state%3Drunning&name=a+b&flag"};
    EXPECT_EQ(request.path(), "/api/tasks");
    const auto pairs = query_pairs(request.query());
    ASSERT_TRUE(pairs.ok());
    const std::vector<std::pair<std::string, std::string>> expected{
        {"q", "state=running"}, {"name", "a b"}, {"flag", ""}};
    EXPECT_EQ(*pairs, expected);
    EXPECT_FALSE(query_pairs("a=%2").ok());
    EXPECT_FALSE(query_pairs("a=%zz").ok());
}

TEST(Http, decodes_once_and_refuses_what_hides_a_nul) {
    EXPECT_EQ(percent_decoded("a%252e%2F"), "a%2e/");
    EXPECT_EQ(percent_decoded("a%00b"), std::nullopt);
    EXPECT_EQ(percent_encoded("a b/\xc3\xa9~"), "a%20b%2F%C3%A9~");
}

TEST(ServerAddress, is_read_from_a_url) {
    const auto secure = ServerAddress::parse("https://master.local:8470/");
    ASSERT_TRUE(secure.ok());
    EXPECT_EQ(secure->url(), "https://master.local:8470");
    EXPECT_TRUE(secure->tls);
    const auto six = ServerAddress::parse("http://[::1]:81");
    ASSERT_TRUE(six.ok());
    EXPECT_EQ(six->host, "::1");
    EXPECT_EQ(six->authority(), "[::1]:81");
    EXPECT_EQ(ServerAddress::parse("http://h")->port, 80);
    for (const char* bad :
         {"h:1", "ftp://h", "http://", "http://h:0", "http://h:70000", "http://u@h", "http://h/path"}) {
        EXPECT_FALSE(ServerAddress::parse(bad).ok()) << bad;
    }
}

TEST(ServerAddress, knows_which_hosts_are_this_machine) {
    for (const char* own : {"localhost", "127.0.0.1", "127.9.9.9", "::1"}) EXPECT_TRUE(is_loopback(own)) << own;
    for (const char* other : {"0.0.0.0", "::", "10.0.0.1", "127.evil.org", ""})
        EXPECT_FALSE(is_loopback(other)) << other;
}

}  // namespace
}  // namespace goetia
