#include "protocol/names.h"

#include <string>

#include <gtest/gtest.h>

namespace goetia {
namespace {

TEST(StreamNames, StayBelowTheFolder) {
    for (const char* good : {"journal/attempt_1.journal", "logs/train.log", "agent.journal", "a/b/c/d"})
        EXPECT_TRUE(is_stream_name(good)) << good;
    for (const char* bad : {"", "/etc/passwd", "../x", "a/../b", "a//b", "a/", ".hidden", "a/.b", "a\\b", "a b", "a\nb",
                            "a/b/c/d/e", "C:", "%2e%2e", "a;b"})
        EXPECT_FALSE(is_stream_name(bad)) << bad;
    EXPECT_FALSE(is_stream_name(std::string_view("a\0b", 3)));
    EXPECT_TRUE(is_stream_name(std::string(200, 'a')));
    EXPECT_FALSE(is_stream_name(std::string(201, 'a')));
}

TEST(Identifiers, AreWordsOfBoundedLength) {
    for (const char* good : {"t-1", "GPU-0a_b.c", "x"}) EXPECT_TRUE(is_identifier(good)) << good;
    for (const char* bad : {"", "-x", ".x", "a/b", "a b", "\xc3\xa9"}) EXPECT_FALSE(is_identifier(bad)) << bad;
    EXPECT_FALSE(is_identifier(std::string(129, 'a')));
}

TEST(Sha256Text, IsSixtyFourLowerCaseDigits) {
    EXPECT_TRUE(is_sha256(std::string(64, '0')));
    EXPECT_FALSE(is_sha256(std::string(63, '0')));
    EXPECT_FALSE(is_sha256(std::string(64, 'A')));
    EXPECT_FALSE(is_sha256(std::string(64, 'g')));
}

TEST(PlainText, HasNoControlCharacters) {
    EXPECT_TRUE(is_plain_text("line\n\tnext \xe4\xb8\xad"));
    EXPECT_FALSE(is_plain_text("\x1b[31m"));
    EXPECT_FALSE(is_plain_text("\x7f"));
    EXPECT_FALSE(is_plain_text("\xff"));
}

}  // namespace
}  // namespace goetia
