#include <gmock/gmock.h>

#include "testkit/config_folder.h"

namespace goetia::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Interpolation, references_keep_their_type_and_join_as_text) {
    const Files files(Texts{{"config.yaml",
                             "a: 1\nb: ${a}\nc: x${a}y\nd: {e: '${.f}', f: [1, '${..f[0]}'], g: '${..a}'}\nh: "
                             "\\${a}\nk: a\ni: ${${k}}\n"}});
    EXPECT_EQ(
        files.document(),
        Json::parse(
            R"j({"a": 1, "b": 1, "c": "x1y", "d": {"e": [1, 1], "f": [1, 1], "g": 1}, "h": "${a}", "k": "a", "i": 1})j"));
}

TEST(Interpolation, cycles_are_reported_with_their_chain) {
    const Files files(Texts{{"config.yaml", "a: ${b}\nb: ${c}\nc: ${a}\n"}});
    EXPECT_THAT(files.fault(),
                HasSubstr("config.yaml:1: a: the references form a cycle: 'a' -> 'b' -> 'c' -> 'a', found ${b}"));
}

TEST(Interpolation, missing_keys_are_reported_with_their_chain_and_all_at_once) {
    const Files files(Texts{{"config.yaml", "a: ${b}\nb: ${training.epoch}\ntraining: {epochs: 1}\nc: ${nowhere}\n"}});
    EXPECT_EQ(files.fault(),
              "3 references of the config cannot be resolved\n"
              "  config.yaml:1: a: there is no 'training.epoch', did you mean 'epochs'?; the chain is 'a' -> 'b' -> "
              "'training.epoch', found ${b}\n"
              "  config.yaml:2: b: there is no 'training.epoch', did you mean 'epochs'?; the chain is 'b' -> "
              "'training.epoch', found ${training.epoch}\n"
              "  config.yaml:4: c: there is no 'nowhere'; the chain is 'c' -> 'nowhere', found ${nowhere}");
}

TEST(Interpolation, a_missing_value_cannot_be_referred_to) {
    const Files files(Texts{{"config.yaml", "a: ???\nb: ${a}\n"}});
    EXPECT_THAT(files.fault(), HasSubstr("'a' has no value yet ('?\?\?'); the chain is 'b' -> 'a'"));
    EXPECT_EQ(files.document({"a=5"})["b"], 5);
}

TEST(Interpolation, secrets_are_stored_as_references) {
    ASSERT_EQ(setenv("GOETIA_TEST_SECRET", "hunter2", 1), 0);
    const Files files(
        Texts{{"config.yaml",
               "api_key: ${GOETIA_TEST_SECRET}\nother: a-${oc.env:GOETIA_TEST_SECRET}\ncopy: ${other}\nplain: 1\n"}});
    const auto composed = files.composed();
    unsetenv("GOETIA_TEST_SECRET");
    ASSERT_TRUE(composed);
    EXPECT_EQ(composed->document["api_key"], "hunter2");
    EXPECT_EQ(composed->document["copy"], "a-hunter2");
    EXPECT_THAT(to_yaml(composed->unresolved), testing::Not(HasSubstr("hunter2")));
    EXPECT_THAT(composed->from_environment, ElementsAre("api_key", "copy", "other"));
    EXPECT_THAT(composed->notices,
                ElementsAre("'${GOETIA_TEST_SECRET}' is not a key of the config; it is taken from the "
                            "environment (write ${oc.env:GOETIA_TEST_SECRET} to say so)"));
}

TEST(Interpolation, an_unset_variable_in_capitals_stays_as_written) {
    const Files files(Texts{{"config.yaml", "api_key: ${GOETIA_TEST_UNSET}\n"}});
    const auto composed = files.composed();
    ASSERT_TRUE(composed);
    EXPECT_EQ(composed->document["api_key"], "${GOETIA_TEST_UNSET}");
    EXPECT_THAT(composed->notices, ElementsAre(HasSubstr("not set in the environment; it stays as written")));
}

TEST(Interpolation, a_requested_environment_variable_must_be_set) {
    const Files files(Texts{{"config.yaml", "a: ${oc.env:GOETIA_TEST_UNSET}\n"}});
    EXPECT_THAT(
        files.fault(),
        HasSubstr("the environment has no 'GOETIA_TEST_UNSET'; set it, or write ${oc.env:GOETIA_TEST_UNSET,DEFAULT}"));
}

TEST(Interpolation, exponential_references_are_stopped) {
    std::string text = "a0: xxxxxxxxxxxxxxxx\n";
    for (int i = 1; i < 40; ++i) text += fmt::format("a{}: ${{a{}}}${{a{}}}\n", i, i - 1, i - 1);
    EXPECT_FALSE(Files(Texts{{"config.yaml", text}}).composed());
    std::string chain = "a0: 1\n";
    for (int i = 1; i < 3000; ++i) chain += fmt::format("a{}: ${{a{}}}\n", i, i - 1);
    EXPECT_FALSE(Files(Texts{{"config.yaml", chain}}).composed());
}

TEST(Interpolation, an_unknown_resolver_names_the_nearest) {
    const Files files(Texts{{"config.yaml", "a: ${oc.enf:X}\n"}});
    EXPECT_THAT(files.fault(), HasSubstr("there is no resolver 'oc.enf', did you mean 'oc.env'?"));
}

TEST(Interpolation, a_stored_config_is_read_back_resolved) {
    const Files files(Texts{{"config.yaml", "a: 1\nb: ${a}\n"}});
    const auto document = load_resolved(files / "config.yaml");
    ASSERT_TRUE(document);
    EXPECT_EQ((*document)["b"], 1);
}

}  // namespace
}  // namespace goetia::config
