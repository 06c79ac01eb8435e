#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "base/random.h"
#include "config/config.h"

namespace goetia {
namespace {

Json back(const Json& document) {
    const auto read = parse_yaml(to_yaml(document), "written");
    EXPECT_TRUE(read) << (read ? "" : to_string(read.error())) << to_yaml(document);
    return read ? *read : Json();
}

TEST(YamlWriter, text_that_looks_like_something_else_is_quoted) {
    for (const char* text : {"1",
                             "1e-3",
                             "1.5",
                             "true",
                             "yes",
                             "off",
                             "null",
                             "~",
                             "",
                             "0x1F",
                             "010",
                             "0o7",
                             "1:30",
                             "2020-01-01",
                             ".inf",
                             "y",
                             "=",
                             "<<",
                             "- a",
                             "? a",
                             "a: b",
                             "a #b",
                             "a:",
                             " a",
                             "a ",
                             "*a",
                             "&a",
                             "!a",
                             "%a",
                             "@a",
                             "`a",
                             "[a",
                             "{a",
                             "'",
                             "\"",
                             "a\nb",
                             "a\tb",
                             "\r",
                             "\x01",
                             "名前",
                             "ünï",
                             "\xE2\x80\xA8",
                             "#",
                             "a, b",
                             "---",
                             "...",
                             "\xEF\xBB\xBF",
                             "\\",
                             "a\\b",
                             "${a.b}",
                             "${oc.env:A,b}",
                             "|",
                             ">",
                             "a'b",
                             "+.5",
                             "-.5",
                             "1__0",
                             "0_"}) {
        EXPECT_EQ(back({{"key", text}})["key"], Json(text));
        EXPECT_EQ(back({{"list", {text, "x"}}})["list"][0], Json(text));
        EXPECT_TRUE(back(Json{{text, 1}}).contains(text)) << text;
    }
}

TEST(YamlWriter, unicode_and_references_stay_plain) {
    EXPECT_EQ(to_yaml({{"name", "名前"}, {"key", "${oc.env:KEY}"}}), "name: 名前\nkey: ${oc.env:KEY}\n");
}

TEST(YamlWriter, floats_are_the_shortest_that_read_back_equal) {
    EXPECT_EQ(
        to_yaml(
            {{"a", 0.1}, {"b", 1e-6}, {"c", 100000.0}, {"d", 1e22}, {"e", std::numeric_limits<double>::infinity()}}),
        "a: 0.1\nb: 1.0e-06\nc: 100000.0\nd: 1.0e+22\ne: .inf\n");
    Random random({.purpose = purpose("floats")});
    for (int i = 0; i < 20000; ++i) {
        const auto value = std::bit_cast<double>(random.bits64());
        if (!std::isfinite(value)) continue;
        const Json read = back(Json{{"x", value}})["x"];
        ASSERT_TRUE(read.is_number_float());
        ASSERT_EQ(std::bit_cast<std::uint64_t>(read.get<double>()), std::bit_cast<std::uint64_t>(value));
    }
}

// Random documents of every structure.
Json drawn(Random& random, int depth) {
    static const char* const kTexts[] = {"a",  "",     "1",           "a b", "x: y", "- z",
                                         "名", "true", "multi\nline", "'q'", "${r}"};
    switch (random.below(depth > 4 ? 5 : 8)) {
        case 0: return nullptr;
        case 1: return random.chance(0.5);
        case 2: return static_cast<std::int64_t>(random.bits64());
        case 3: return random.normal() * 1e3;
        case 4: return kTexts[random.below(std::size(kTexts))];
        case 5:
        case 6: {
            Json list = Json::array();
            for (auto n = random.below(4); n > 0; --n) list.push_back(drawn(random, depth + 1));
            return list;
        }
        default: {
            Json map = Json::object();
            for (auto n = random.below(4); n > 0; --n)
                map[fmt::format("k{}", random.below(9))] = drawn(random, depth + 1);
            return map;
        }
    }
}

TEST(YamlWriter, any_document_reads_back_the_same) {
    Random random({.purpose = purpose("documents")});
    for (int i = 0; i < 2000; ++i) {
        Json document = Json::object();
        for (int n = 0; n < 3; ++n) document[fmt::format("key{}", n)] = drawn(random, 0);
        ASSERT_EQ(back(document), document) << to_yaml(document);
    }
}

}  // namespace
}  // namespace goetia
