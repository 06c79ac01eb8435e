#include "base/json_syntax_error.h"

#include <gtest/gtest.h>

namespace goetia {
namespace {

struct Broken {
    std::string_view text;
    std::size_t line, column;
    std::string_view why;
};

TEST(JsonSyntaxError, reports_line_column_and_reason) {
    for (const Broken& one : {
             Broken{"", 1, 1, "unexpected end of input; expected '[', '{', or a literal"},
             Broken{R"({"a": [1, 2)", 1, 12, "unexpected end of input; expected ']'"},
             Broken{"{\"a\": 1,\n \"b\" 2}", 2, 6, "unexpected number literal; expected ':'"},
             Broken{"{\"a\":\"\xff\"}", 1, 7, "invalid string: ill-formed UTF-8 byte"},
             Broken{R"({"a": tru})", 1, 10, "invalid literal"},
         }) {
        const auto found = find_json_syntax_error(one.text);
        ASSERT_TRUE(found) << one.text;
        EXPECT_EQ(found->line, one.line) << one.text;
        EXPECT_EQ(found->column, one.column) << one.text;
        EXPECT_EQ(found->why, one.why) << one.text;
    }
}

TEST(JsonSyntaxError, valid_texts_have_none) {
    for (const char* text : {"{}", " [1, 2.5e3, \"x\"]\n", "null"}) EXPECT_FALSE(find_json_syntax_error(text)) << text;
}

}  // namespace
}  // namespace goetia
