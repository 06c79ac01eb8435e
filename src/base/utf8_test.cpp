#include "base/utf8.h"

#include <gtest/gtest.h>

namespace goetia {
namespace {

TEST(Utf8, finds_the_first_invalid_byte) {
    EXPECT_FALSE(first_invalid_utf8("plain 中文 \xF0\x9F\x98\x80"));
    EXPECT_EQ(first_invalid_utf8("ab\xC0\x80"), 2) << "overlong";
    EXPECT_EQ(first_invalid_utf8("\xED\xA0\x80"), 0) << "a surrogate";
    EXPECT_EQ(first_invalid_utf8("a\xE4\xB8"), 1) << "truncated";
    EXPECT_EQ(first_invalid_utf8("\xF5\x80\x80\x80"), 0);
}

TEST(Utf8, escapes_invalid_bytes) {
    EXPECT_EQ(escape_invalid_utf8("caf\xE9 图\xB3\xB5"), "caf\\xE9 图\\xB3\\xB5");
    EXPECT_EQ(escape_invalid_utf8("图"), "图");
}

}  // namespace
}  // namespace goetia
