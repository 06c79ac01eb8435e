#include "base/json_text.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace goetia {
namespace {

TEST(JsonText, reads_back_in_the_same_order) {
    const Json document{{"z", {1, 2.5, nullptr}}, {"a", "ä"}};
    EXPECT_EQ(json_text(document), R"({"z":[1,2.5,null],"a":"ä"})");
    EXPECT_EQ(json_text(Json{{"a", 1}}, 2), "{\n  \"a\": 1\n}");
    EXPECT_EQ(*parse_json(json_text(document, 2), "x"), document);
}

TEST(JsonText, an_invalid_text_is_refused_with_its_position) {
    const auto broken = parse_json("{\"a\": 1,\n \"b\" 2}", "set.json");
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().code, Code::kInvalid);
    EXPECT_EQ(broken.error().message,
              "'set.json' is not JSON: line 2, column 6: unexpected number literal; expected ':'");
    EXPECT_EQ(parse_json("", "set.json").error().message,
              "'set.json' is not JSON: line 1, column 1: unexpected end of input; expected '[', '{', or a literal");
}

TEST(JsonText, invalid_bytes_are_replaced) { EXPECT_EQ(json_text(Json("a\xff")), "\"a\xEF\xBF\xBD\""); }

}  // namespace
}  // namespace goetia
