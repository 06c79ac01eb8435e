#include "learn/loop/certificate.h"

#include <gmock/gmock.h>

namespace goetia {
namespace {

using ::testing::HasSubstr;

std::string answer(const char* train) { return Json{{"data", {{"train", train}, {"val", "v"}}}}.dump(); }

TEST(Certificate, is_that_of_all_ranks) {
    EXPECT_EQ(agreed_certificate({answer("a")}).value(), (Json{{"train", "a"}, {"val", "v"}}));
    EXPECT_EQ(agreed_certificate({answer("a"), answer("a")}).value(), (Json{{"train", "a"}, {"val", "v"}}));
    const auto differ = agreed_certificate({answer("a"), answer("a"), answer("b")});
    ASSERT_FALSE(differ);
    EXPECT_EQ(
        differ.error().message,
        "ranks 0 and 2 have different data (train: a and b); every rank must read the same files: 'goetia dataset "
        "certify' on each machine shows which are not");
    EXPECT_EQ(agreed_certificate({answer("a"), R"({"error": "no file 'x'"})"}).error().message, "rank 1: no file 'x'");
    EXPECT_EQ(agreed_certificate({R"({"error": "no file 'x'"})"}).error().message, "no file 'x'");
}

TEST(Certificate, says_which_split_changed) {
    const Json before{{"train", "0123456789abcdef"}, {"val", "v"}};
    EXPECT_EQ(changed_data(before, before), std::nullopt);
    EXPECT_EQ(changed_data(nullptr, before), std::nullopt) << "an older run noted none";
    EXPECT_EQ(changed_data(before, {{"train", "fedcba9876543210"}}),
              "train: 0123456789ab and fedcba987654, val: v and none");
}

}  // namespace
}  // namespace goetia
