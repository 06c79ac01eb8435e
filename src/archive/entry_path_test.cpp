#include "archive/entry_path.h"

#include <string>

#include <gtest/gtest.h>

namespace goetia {
namespace {

TEST(EntryPath, plain_names_are_unchanged) {
    EXPECT_EQ(entry_path("a/b.txt").value(), "a/b.txt");
    EXPECT_EQ(entry_path("./a//b/").value(), "a/b");
    EXPECT_EQ(entry_path("./").value(), "");
    EXPECT_EQ(entry_path("..a/b..").value(), "..a/b..");
    EXPECT_FALSE(entry_path(""));
    EXPECT_FALSE(entry_path(std::string_view("a\0b", 3)));
    EXPECT_FALSE(entry_path(std::string(300, 'x')));
}

TEST(LinkTarget, may_not_leave_the_folder) {
    EXPECT_TRUE(link_stays_inside("a/b/c", "../d"));
    EXPECT_TRUE(link_stays_inside("a/b", "../x"));
    EXPECT_FALSE(link_stays_inside("a/b", "../../x"));
    EXPECT_FALSE(link_stays_inside("a", "../x"));
    EXPECT_FALSE(link_stays_inside("a/b", "x/../../../y"));
    EXPECT_FALSE(link_stays_inside("a", "/x"));
    EXPECT_FALSE(link_stays_inside("a", ""));
}

}  // namespace
}  // namespace goetia
