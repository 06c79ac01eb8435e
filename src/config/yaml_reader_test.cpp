#include "config/yaml_reader.h"

#include <gmock/gmock.h>

#include "config/node.h"

namespace goetia::config {
namespace {

using testing::HasSubstr;

Json read(const std::string& text) {
    const auto node = read_yaml(text, "x.yaml");
    EXPECT_TRUE(node) << (node ? "" : to_string(node.error()));
    return node ? node->to_json() : Json();
}

std::string yaml_fault(const std::string& text) {
    const auto node = read_yaml(text, "x.yaml");
    EXPECT_FALSE(node);
    return node ? "" : to_string(node.error());
}

TEST(YamlReader, types_words_as_omegaconf_does) {
    EXPECT_EQ(
        read("[1, 1e-3, 1.0e-6, yes, off, ~, 010, 0x1F, 0b11, 1_000, 1:30, '1', 0o7, 2020-01-01, y, .5]"),
        Json::parse(R"([1, 0.001, 1e-6, true, false, null, 8, 31, 3, 1000, 90, "1", "0o7", "2020-01-01", "y", 0.5])"));
}

TEST(YamlReader, every_node_knows_its_line) {
    const auto node = read_yaml("a: 1\nb:\n  c: [x,\n    y]\n", "x.yaml");
    ASSERT_TRUE(node);
    LineTable lines;
    collect_places(*node, "", lines);
    EXPECT_EQ(lines.at("a").line, 1);
    EXPECT_EQ(lines.at("b.c").line, 3);
    EXPECT_EQ(lines.at("b.c[1]").line, 4);
    EXPECT_EQ(lines.at("b.c[1]").file, "x.yaml");
}

TEST(YamlReader, refuses_a_duplicate_key) {
    EXPECT_EQ(yaml_fault("a: 1\nb: 2\na: 3\n"),
              "'x.yaml' cannot be read\n  x.yaml:3: the key 'a' occurs twice in one mapping (allowed: each key once)");
}

TEST(YamlReader, follows_aliases_and_merge_keys) {
    EXPECT_EQ(read("base: &b {p: 1, q: 2}\na: {<<: *b, q: 3}\n"),
              Json::parse(R"({"base": {"p": 1, "q": 2}, "a": {"p": 1, "q": 3}})"));
}

TEST(YamlReader, stops_an_alias_bomb) {
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 10; ++i) {
        bomb += fmt::format("a{}: &a{} [", i, i);
        for (int k = 0; k < 10; ++k) bomb += fmt::format("{}*a{}", k == 0 ? "" : ", ", i - 1);
        bomb += "]\n";
    }
    EXPECT_THAT(yaml_fault(bomb), HasSubstr("too many values after aliases are expanded (allowed: at most 200000)"));
}

TEST(YamlReader, stops_at_64_levels_also_through_aliases) {
    EXPECT_TRUE(read_yaml(std::string(63, '[') + std::string(63, ']'), "x.yaml"));
    EXPECT_THAT(yaml_fault(std::string(65, '[') + std::string(65, ']')),
                HasSubstr("nested too deeply (allowed: at most 64 levels)"));
    EXPECT_FALSE(read_yaml(std::string(100000, '['), "x.yaml"));
    const std::string half = std::string(40, '[') + std::string(40, ']');
    EXPECT_THAT(yaml_fault("a: &a " + half + "\nb: " + std::string(30, '[') + "*a" + std::string(30, ']')),
                HasSubstr("nested too deeply"));
}

TEST(YamlReader, refuses_what_is_not_plain_text) {
    EXPECT_THAT(yaml_fault("a: 1\nb: \xff\n"),
                HasSubstr("x.yaml:2: the byte 0xff is not text (allowed: UTF-8 without control characters)"));
    EXPECT_THAT(yaml_fault("a: !foo 1\n"), HasSubstr("'1' cannot carry the tag '!foo'"));
    EXPECT_THAT(yaml_fault("a: 1\n---\nb: 2\n"), HasSubstr("holds more than one YAML document"));
    EXPECT_THAT(yaml_fault("a: 99999999999999999999\n"),
                HasSubstr("the number '99999999999999999999' does not fit 64 bits"));
    EXPECT_THAT(yaml_fault("a: [1, 2\n"), HasSubstr("'x.yaml' is not YAML"));
}

TEST(YamlReader, an_empty_text_is_an_empty_mapping) {
    EXPECT_EQ(read(""), Json::object());
    EXPECT_EQ(read("# nothing\n"), Json::object());
}

}  // namespace
}  // namespace goetia::config
