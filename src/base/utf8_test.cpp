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

}  // namespace
}  // namespace goetia
