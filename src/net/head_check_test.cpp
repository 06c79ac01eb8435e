#include "net/head_check.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goetia {
namespace {

using testing::HasSubstr;

std::string head_with(const std::string& headers) { return "POST /a HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n"; }

TEST(HeadCheck, takes_what_can_be_read_in_one_way) {
    EXPECT_TRUE(check_request_head("GET /a?b=c%20d HTTP/1.1\r\nHost: h:1\r\nAccept: */*\r\n\r\n").ok());
    EXPECT_TRUE(check_request_head("GET / HTTP/1.0\r\n\r\n").ok());
    EXPECT_TRUE(check_request_head(head_with("Content-Length: 12\r\n")).ok());
    EXPECT_TRUE(check_request_head(head_with("Transfer-Encoding: Chunked\r\n")).ok());
    EXPECT_TRUE(check_request_head(head_with("X-Empty:\r\n")).ok());
}

struct BadHead {
    std::string head, fault;
};

class BadHeads : public testing::TestWithParam<BadHead> {};

TEST_P(BadHeads, are_refused) {
    const Status status = check_request_head(GetParam().head);
    ASSERT_FALSE(status.ok()) << GetParam().head;
    EXPECT_THAT(status.error().message, HasSubstr(GetParam().fault));
}

const std::string kManyHeaders = [] {
    std::string text;
    for (int i = 0; i < 100; ++i) text += "A: b\r\n";
    return text;
}();

INSTANTIATE_TEST_SUITE_P(
    Shapes, BadHeads,
    testing::Values(
        BadHead{head_with("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"), "together"},
        BadHead{head_with("Content-Length: 1\r\nContent-Length: 1\r\n"), "more than once"},
        BadHead{head_with("Content-Length: +1\r\n"), "not a number"},
        BadHead{head_with("Content-Length: -1\r\n"), "not a"}, BadHead{head_with("Content-Length: 0x1\r\n"), "not a"},
        BadHead{head_with("Content-Length: 1, 1\r\n"), "not a"},
        BadHead{head_with("Content-Length: 9999999999999999999\r\n"), "not a number"},
        BadHead{head_with("Content-Length:\r\n"), "not a number"},
        BadHead{head_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), "more than once"},
        BadHead{head_with("Transfer-Encoding: gzip, chunked\r\n"), "not 'chunked'"},
        BadHead{head_with("Transfer-Encoding: xchunked\r\n"), "not 'chunked'"},
        BadHead{head_with("Transfer-Encoding : chunked\r\n"), "not 'Name: value'"},
        BadHead{head_with("A: b\r\n folded\r\n"), "not 'Name: value'"}, BadHead{head_with("A: b\nC: d\r\n"), "control"},
        BadHead{head_with("A: b\rC: d\r\n"), "control"}, BadHead{head_with(std::string("A: b\0c\r\n", 8)), "control"},
        BadHead{head_with("Host: other\r\n"), "Host is needed once"}, BadHead{head_with(": b\r\n"), "not 'Name"},
        BadHead{head_with("no colon\r\n"), "not 'Name"}, BadHead{head_with(kManyHeaders), "more than 100"},
        BadHead{"GET / HTTP/1.1\r\n\r\n", "Host is needed once"},
        BadHead{"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "needs HTTP/1.1"},
        BadHead{"GET  / HTTP/1.1\r\nHost: h\r\n\r\n", "request line"},
        BadHead{"GET / HTTP/2.0\r\nHost: h\r\n\r\n", "version"}, BadHead{"GET /\r\nHost: h\r\n\r\n", "request line"},
        BadHead{"G@T / HTTP/1.1\r\nHost: h\r\n\r\n", "method"},
        BadHead{"GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n", "not a path"},
        BadHead{"GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n", "not a path"},
        BadHead{"GET /\x80 HTTP/1.1\r\nHost: h\r\n\r\n", "not a path"}));

}  // namespace
}  // namespace goetia
