#include "base/utf8.h"

#include <gtest/gtest.h>

namespace goetia {
namespace {

TEST(Utf8, the_first_bad_byte_is_found) {
    EXPECT_FALSE(first_bad_utf8("plain 中文 \xF0\x9F\x98\x80"));
    EXPECT_EQ(first_bad_utf8("ab\xC0\x80"), 2) << "longer than needed";
    EXPECT_EQ(first_bad_utf8("\xED\xA0\x80"), 0) << "half of a pair";
    EXPECT_EQ(first_bad_utf8("a\xE4\xB8"), 1) << "ends too early";
    EXPECT_EQ(first_bad_utf8("\xF5\x80\x80\x80"), 0);
}

TEST(Utf8, bad_bytes_can_be_shown) {
    EXPECT_EQ(with_bad_bytes_shown("caf\xE9 图\xB3\xB5"), "caf\\xE9 图\\xB3\\xB5");
    EXPECT_EQ(with_bad_bytes_shown("图"), "图");
}

}  // namespace
}  // namespace goetia
