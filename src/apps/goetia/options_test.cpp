#include "apps/goetia/options.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/goetia/parse.h"

namespace goetia::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using Words = std::vector<std::string>;

// A variable of each type that an option may set.
struct Values {
    bool flag = false;
    int integer = 1;
    std::int64_t large = 2;
    std::uint64_t unsigned_large = 3;
    double real = 0.5;
    std::string text = "t";
    std::filesystem::path path = "p";
    std::optional<std::int64_t> maybe_large;
    std::optional<std::string> maybe_text;
    std::vector<int> integers{1, 2};
    std::vector<std::int64_t> larges;
    std::vector<double> reals{0.8, 0.2};
    std::vector<std::string> texts;
    std::vector<std::filesystem::path> paths;
};

class Options : public ::testing::Test {
  protected:
    std::string fault(const Words& words) {
        const Parsed parsed = parse(root_, words);
        return parsed.end == Parsed::End::kFault ? parsed.text : "no fault";
    }
    std::string help(Words words = {}) {
        words.emplace_back("--help");
        const Parsed parsed = parse(root_, words);
        return parsed.end == Parsed::End::kShown ? parsed.text : "no help";
    }

    Command root_{"tool", "Does things"};
    Values values_;
};

TEST_F(Options, each_type_of_variable_receives_its_value) {
    root_.flag("-f,--flag", values_.flag, "");
    root_.option("--whole", values_.integer, "");
    root_.option("--large", values_.large, "");
    root_.option("--unsigned", values_.unsigned_large, "");
    root_.option("--real", values_.real, "");
    root_.option("--text", values_.text, "");
    root_.option("--path", values_.path, "");
    root_.option("--maybe-large", values_.maybe_large, "");
    root_.option("--maybe-text", values_.maybe_text, "");
    root_.option("--wholes", values_.integers, "");
    root_.option("--larges", values_.larges, "");
    root_.option("--reals", values_.reals, "");
    root_.option("--texts", values_.texts, "");
    root_.option("--paths", values_.paths, "");
    ASSERT_EQ(fault({"-f",
                     "--whole",
                     "-7",
                     "--large",
                     "5000000000",
                     "--unsigned=18446744073709551615",
                     "--real",
                     "1e-3",
                     "--text",
                     "a b",
                     "--path",
                     "/x/y",
                     "--maybe-large",
                     "42",
                     "--maybe-text",
                     "",
                     "--wholes",
                     "3",
                     "4",
                     "--larges",
                     "5",
                     "--reals",
                     "1",
                     "2.5",
                     "--texts",
                     "a",
                     "b",
                     "--texts",
                     "c",
                     "--paths",
                     "q"}),
              "no fault");
    EXPECT_TRUE(values_.flag);
    EXPECT_EQ(values_.integer, -7);
    EXPECT_EQ(values_.large, 5'000'000'000);
    EXPECT_EQ(values_.unsigned_large, 18446744073709551615U);
    EXPECT_EQ(values_.real, 1e-3);
    EXPECT_EQ(values_.text, "a b");
    EXPECT_EQ(values_.path, "/x/y");
    EXPECT_EQ(values_.maybe_large, 42);
    EXPECT_EQ(values_.maybe_text, "");
    EXPECT_THAT(values_.integers, ElementsAre(3, 4));
    EXPECT_THAT(values_.larges, ElementsAre(5));
    EXPECT_THAT(values_.reals, ElementsAre(1, 2.5));
    EXPECT_THAT(values_.texts, ElementsAre("a", "b", "c"));
    EXPECT_THAT(values_.paths, ElementsAre("q"));
}

TEST_F(Options, options_not_given_keep_their_value) {
    const Option& integer = root_.option("--whole", values_.integer, "");
    const Option& text = root_.option("--text", values_.text, "");
    root_.option("--maybe", values_.maybe_large, "");
    root_.option("--reals", values_.reals, "");
    ASSERT_EQ(fault({"--text", "said"}), "no fault");
    EXPECT_EQ(values_.integer, 1);
    EXPECT_FALSE(values_.maybe_large);
    EXPECT_THAT(values_.reals, ElementsAre(0.8, 0.2));
    EXPECT_FALSE(integer.given());
    EXPECT_TRUE(text.given());
}

struct Refusal {
    const char* name;
    void (*describe)(Command& command, Values& values);
    Words words;
    const char* fault;
};

class OptionRefusals : public ::testing::TestWithParam<Refusal> {};

TEST_P(OptionRefusals, report_what_is_wrong) {
    Command root("tool", "");
    Values values;
    GetParam().describe(root, values);
    const Parsed parsed = parse(root, GetParam().words);
    ASSERT_EQ(parsed.end, Parsed::End::kFault);
    EXPECT_THAT(parsed.text, StartsWith(GetParam().fault));  // the largest double has 300 digits
}

INSTANTIATE_TEST_SUITE_P(
    All, OptionRefusals,
    ::testing::Values(
        Refusal{"no_number",
                [](Command& c, Values& v) { c.option("--n", v.integer, ""); },
                {"--n", "many"},
                "Could not convert: --n = many"},
        Refusal{"too_large",
                [](Command& c, Values& v) { c.option("--n", v.integer, ""); },
                {"--n", "5000000000"},
                "Could not convert: --n = 5000000000"},
        Refusal{"below_zero",
                [](Command& c, Values& v) { c.option("--n", v.unsigned_large, "").not_negative(); },
                {"--n", "-1"},
                "--n: Value -1 not in range 0.000000 to 1797"},
        Refusal{"not_positive",
                [](Command& c, Values& v) { c.option("--n", v.larges, "").separator(',').positive(); },
                {"--n", "3,0"},
                "--n: Value 0 not in range 0.000000 to 1797"},
        Refusal{"out_of_range",
                [](Command& c, Values& v) { c.option("--n", v.integer, "").range(1, 9); },
                {"--n", "10"},
                "--n: Value 10 not in range 1 to 9"},
        Refusal{"out_of_real_range",
                [](Command& c, Values& v) { c.option("--n", v.real, "").range(0.0, 0.5); },
                {"--n", "0.6"},
                "--n: Value 0.6 not in range 0.000000 to 0.500000"},
        Refusal{"no_choice",
                [](Command& c, Values& v) { c.option("--kind", v.text, "").choices({"a", "b"}); },
                {"--kind", "d"},
                "--kind: d not in {a,b}"},
        Refusal{"required",
                [](Command& c, Values& v) { c.option("--out", v.text, "").required(); },
                {},
                "--out is required"},
        Refusal{"required_unless",
                [](Command& c, Values& v) {
                    c.option("--a", v.text, "").required_unless({"--b"});
                    c.option("--b", v.path, "");
                },
                {},
                "--a is required"},
        Refusal{"required_word",
                [](Command& c, Values& v) { c.positional("file", v.text, "").required(); },
                {},
                "file is required"},
        Refusal{"too_few_words",
                [](Command& c, Values& v) { c.option("--size", v.integers, "").words(2); },
                {"--size", "3"},
                "--size: At least 2 required but received 1"},
        Refusal{"excluded",
                [](Command& c, Values& v) {
                    c.option("--a", v.text, "");
                    c.option("--b", v.path, "").excludes("--a");
                },
                {"--a", "1", "--b", "2"},
                "--a excludes --b"},
        Refusal{"lacks_what_it_needs",
                [](Command& c, Values& v) {
                    c.option("--a", v.text, "");
                    c.option("--b", v.path, "").needs("--a");
                },
                {"--b", "2"},
                "--b requires --a"},
        Refusal{"one_word_too_many",
                [](Command& c, Values& v) { c.positional("file", v.text, ""); },
                {"a", "b"},
                "The following argument was not expected: b"},
        Refusal{"unknown", [](Command&, Values&) {}, {"--what"}, "The following argument was not expected: --what"},
        Refusal{"no_command",
                [](Command& c, Values&) { c.needs_command().command("go", ""); },
                {},
                "A subcommand is required"}),
    [](const auto& one) { return one.param.name; });

TEST_F(Options, a_repeated_option_leaves_the_next_word_to_the_positionals) {
    root_.option("--dir", values_.paths, "").repeated();
    root_.positional("words", values_.texts, "");
    ASSERT_EQ(fault({"--dir", "a", "x=1", "--dir", "b", "y=2"}), "no fault");
    EXPECT_THAT(values_.paths, ElementsAre("a", "b"));
    EXPECT_THAT(values_.texts, ElementsAre("x=1", "y=2"));
}

TEST_F(Options, short_options_of_two_letters_work_in_the_command_that_defines_them) {
    Command& show = root_.command("show", "");
    show.option("-cp,--config-path", values_.path, "The folder");
    show.option("-c,--config", values_.text, "");
    show.positional("words", values_.texts, "");
    ASSERT_EQ(fault({"show", "-cp", "a", "x=-cp"}), "no fault");
    EXPECT_EQ(values_.path, "a");
    EXPECT_THAT(values_.texts, ElementsAre("x=-cp"));
    ASSERT_EQ(fault({"show", "-cp=b", "-cq"}), "no fault");
    EXPECT_EQ(values_.path, "b");
    EXPECT_EQ(values_.text, "q");
    EXPECT_THAT(help({"show"}), HasSubstr("-cp,--config-path TEXT      The folder"));
    EXPECT_THAT(root_.find_command("show")->options()[1]->pair_names(), ElementsAre("-cp"));
}

TEST_F(Options, the_environment_replaces_options_not_given) {
    root_.option("--kept", values_.path, "").env("GOETIA_OPTIONS_TEST");
    ::setenv("GOETIA_OPTIONS_TEST", "there", 1);
    ASSERT_EQ(fault({}), "no fault");
    EXPECT_EQ(values_.path, "there");
    ASSERT_EQ(fault({"--kept", "here"}), "no fault");
    EXPECT_EQ(values_.path, "here");
    ::unsetenv("GOETIA_OPTIONS_TEST");
}

TEST_F(Options, required_unless_applies_to_the_chosen_command_only_and_accepts_the_alternatives) {
    Command& show = root_.command("show", "");
    show.option("--a", values_.text, "").required_unless({"--b"});
    show.option("--b", values_.path, "");
    root_.command("list", "");
    EXPECT_EQ(fault({"show", "--a", "x"}), "no fault");
    EXPECT_EQ(fault({"show", "--b", "x"}), "no fault");
    EXPECT_EQ(fault({"list"}), "no fault");
    EXPECT_EQ(fault({"show"}), "--a is required");
}

TEST_F(Options, only_the_chosen_command_is_called_and_outer_options_may_follow_it) {
    std::string called;
    root_.needs_command().flag("--json", values_.flag, "");
    root_.command("go", "").on_chosen([&] { called += "go"; });
    root_.command("stay", "").on_chosen([&] { called += "stay"; });
    ASSERT_EQ(fault({"go", "--json"}), "no fault");
    EXPECT_EQ(called, "go");
    EXPECT_TRUE(values_.flag);
}

TEST_F(Options, the_help_shows_the_description) {
    Command& go = root_.command("go", "Goes somewhere");
    go.footer("Examples:\n  tool go home");
    go.option("--speed,-s", values_.integer, "How fast").range(1, 9).show_default().metavar("N");
    go.option("--where", values_.text, "The place").required().env("WHERE");
    EXPECT_THAT(help(), HasSubstr("go                          Goes somewhere"));
    const std::string text = help({"go"});
    EXPECT_THAT(text, HasSubstr("-s,--speed N:INT in [1 - 9]=1"));
    EXPECT_THAT(text, HasSubstr("--where TEXT REQUIRED (Env:WHERE)"));
    EXPECT_THAT(text, HasSubstr("Examples:\n  tool go home"));
    EXPECT_THAT(text, Not(HasSubstr("--version")));
}

TEST_F(Options, the_version_is_one_line) {
    root_.version("1.2.3");
    const Parsed parsed = parse(root_, {"--version"});
    EXPECT_EQ(parsed.end, Parsed::End::kShown);
    EXPECT_EQ(parsed.text, "1.2.3\n");
}

TEST_F(Options, commands_and_options_know_their_names) {
    Command& list = root_.command("experiment", "").command("list", "");
    const Option& option = list.option("-o,--output,--out_put", values_.text, "");
    EXPECT_EQ(list.full_name(), "tool experiment list");
    EXPECT_THAT(option.long_names(), ElementsAre("--output", "--out_put"));
    EXPECT_FALSE(option.positional());
    EXPECT_TRUE(list.positional("what", values_.text, "").positional());
    EXPECT_EQ(root_.find_command("experiment")->find_command("list"), &list);
    EXPECT_EQ(root_.find_command("list"), nullptr);
}

TEST_F(Options, a_description_that_contradicts_itself_throws) {
    root_.option("--a", values_.text, "").excludes("--never-described");
    EXPECT_THROW(parse(root_, {}), std::exception);
}

}  // namespace
}  // namespace goetia::cli
