#include "config/override_text.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace goetia {
namespace {

TEST(OverrideText, quotes_what_an_override_would_read_as_something_else) {
    EXPECT_EQ(override_text("a", "x/y_z.csv"), "a=x/y_z.csv");
    EXPECT_EQ(override_text("a", "it's a, b"), "a='it\\'s a, b'");
    EXPECT_EQ(override_text("a", "12"), "a='12'");
    EXPECT_EQ(override_text("a", "true"), "a='true'");
    EXPECT_EQ(override_text("a", {{"b", {1, 2.5, nullptr, false}}}), "a={b:[1,2.5,null,false]}");
}

}  // namespace
}  // namespace goetia
