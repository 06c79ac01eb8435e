#include "config/override_grammar.h"

#include <gtest/gtest.h>

#include "config/value_range.h"

namespace goetia::config {
namespace {

Json value(const std::string& text) {
    const auto parsed = parse_override("a=" + text);
    EXPECT_TRUE(parsed) << (parsed ? "" : to_string(parsed.error()));
    return parsed ? parsed->value.to_json() : Json();
}

std::string fault(const std::string& line) {
    const auto parsed = parse_override(line);
    EXPECT_FALSE(parsed) << line;
    return parsed ? "" : to_string(parsed.error());
}

std::vector<Json> numbers_in(const std::string& range) {
    const auto parsed = parse_override("a=" + range);
    EXPECT_TRUE(parsed && parsed->is_sweep()) << range;
    const std::vector<Value> values = range_values(*parsed->value.sweep).value();
    std::vector<Json> found;
    for (const Value& one : values) found.push_back(one.scalar);
    return found;
}

TEST(Overrides, words_have_their_type_and_quotes_make_text) {
    EXPECT_EQ(value("1_000"), 1000);
    EXPECT_EQ(value("1e-3"), 0.001);
    EXPECT_EQ(value("TRUE"), true);
    EXPECT_EQ(value("null"), nullptr);
    EXPECT_EQ(value("yes"), "yes");
    EXPECT_EQ(value("'1'"), "1");
    EXPECT_EQ(value(R"("say \"hi\"")"), "say \"hi\"");
    EXPECT_EQ(value("{a: [1, x y], b: {c: null}}"), Json::parse(R"({"a": [1, "x y"], "b": {"c": null}})"));
    EXPECT_EQ(value(""), "");
}

TEST(Overrides, casts) {
    EXPECT_EQ(value("int('5')"), 5);
    EXPECT_EQ(value("str([1,2.5])"), Json::parse(R"(["1", "2.5"])"));
    EXPECT_EQ(value("bool(0)"), false);
    EXPECT_EQ(value("float({a:1})"), Json::parse(R"({"a": 1.0})"));
    EXPECT_EQ(value("json_str({a: [1, true]})"), R"({"a": [1, true]})");
    EXPECT_EQ(fault("a=int(x)"), "override 'a=int(x)': int() cannot convert 'x' to a whole number");
}

TEST(Overrides, reports_common_mistakes) {
    EXPECT_EQ(fault("lr=0.1,"),
              "override 'lr=0.1,': ends with a comma; write lists without spaces after commas (a=1,2), or quote the "
              "whole override");
    EXPECT_EQ(fault("0.2"),
              "override '0.2': has no '='; write KEY=VALUE; a list such as a=1,2 has no spaces after its commas, "
              "unless the whole override is quoted");
    EXPECT_EQ(fault("a='x"), "override 'a='x': unclosed quote '");
    EXPECT_EQ(fault("a=[1,2"), "override 'a=[1,2': ends too early");
    EXPECT_EQ(fault("a=b=c"),
              "override 'a=b=c': unexpected '=' at column 2 of the value; quote it or escape it with '\\'");
    EXPECT_EQ(
        fault("a b=1"),
        "override 'a b=1': 'a b' is not a key; write words joined by dots (a.b), or a group with slashes (db/engine)");
    EXPECT_EQ(fault("a=rnage(3)"),
              "override 'a=rnage(3)': there is no function 'rnage', did you mean 'range'?; known: bool, choice, float, "
              "glob, int, interval, json_str, range, shuffle, sort, str, tag");
    EXPECT_EQ(fault("a=" + std::string(100, '[')),
              "override 'a=" + std::string(100, '[') + "': is nested more than 64 levels deep");
}

TEST(Overrides, every_fault_at_once) {
    const auto parsed = parse_overrides({"a=1", "b", "c=[1"});
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().message, "2 overrides cannot be read");
    EXPECT_EQ(parsed.error().faults.size(), 2U);
}

TEST(Overrides, ranges_end_where_64_bits_do) {
    EXPECT_EQ(numbers_in("range(9223372036854775800,9223372036854775807,5)"),
              (std::vector<Json>{9223372036854775800, 9223372036854775805}));
    EXPECT_EQ(fault("a=sort(range(9223372036854775807,0,-9))"),
              "override 'a=sort(range(9223372036854775807,0,-9))': sort() of range() goes beyond 64 bits at "
              "9223372036854775807");
}

TEST(Overrides, formatted_values_parse_to_the_same) {
    for (const char* text :
         {"a b", "${x:^}", "[1,[],{a:b}]", "str([''])", "str('a:|^')", R"('it\'s')", "str('图')", "1e-3"}) {
        const auto read = parse_override(std::string("a=") + text);
        ASSERT_TRUE(read) << text;
        const auto again = parse_override("a=" + value_text(read->value));
        ASSERT_TRUE(again) << text << " was written as " << value_text(read->value);
        EXPECT_EQ(again->value.to_json(), read->value.to_json()) << text;
    }
}

TEST(Overrides, float_ranges_count_in_decimals) {
    EXPECT_EQ(numbers_in("range(0,1,0.1)"),
              (std::vector<Json>{0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7000000000000001, 0.8, 0.9}))
        << "as Hydra has them";
}

}  // namespace
}  // namespace goetia::config
