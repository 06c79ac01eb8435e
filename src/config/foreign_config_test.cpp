// Configs that others send: what they may read of this machine.
#include <cstdlib>

#include <gmock/gmock.h>

#include "base/error.h"
#include "config/config.h"
#include "testkit/temporary_folder.h"

namespace goetia {
namespace {

using testing::HasSubstr;

std::string refusal(const std::string& text, const std::vector<std::string>& overrides = {}) {
    const auto composed = compose({.file = "config", .overrides = overrides, .text = text, .is_foreign = true});
    return composed ? "" : to_string(composed.error());
}

TEST(ForeignConfig, is_composed_from_its_text_and_the_built_in_groups) {
    const auto composed = compose({.file = "config",
                                   .overrides = {"optimizer=adamw", "a.b=2"},
                                   .text = "defaults:\n  - /optimizer: sgd\n  - _self_\na: {b: 1, c: '${a.b}'}\n",
                                   .is_foreign = true});
    ASSERT_TRUE(composed.ok()) << to_string(composed.error());
    EXPECT_EQ(composed->document["a"]["c"], 2);
    EXPECT_EQ(composed->document["optimizer"]["type"], "AdamW");
    EXPECT_EQ(place_of(composed->lines, "a.c").file, "config");
}

TEST(ForeignConfig, refers_to_neither_environment_nor_program) {
    ::setenv("GOETIA_TEST_SECRET", "hidden", 1);
    for (const char* text :
         {"a: ${oc.env:GOETIA_TEST_SECRET}", "a: ${GOETIA_TEST_SECRET}", "a: 'x ${oc.env:GOETIA_TEST_SECRET,no}'",
          "a: {b: '${oc.decode:${oc.env:GOETIA_TEST_SECRET}}'}"}) {
        EXPECT_THAT(refusal(text),
                    testing::AllOf(HasSubstr("cannot refer to its environment"), testing::Not(HasSubstr("hidden"))))
            << text;
    }
    EXPECT_THAT(refusal("a: ${hydra:runtime.cwd}"), HasSubstr("hydra"));
    ::unsetenv("GOETIA_TEST_SECRET");
}

TEST(ForeignConfig, names_no_file_outside_of_the_built_in_configs) {
    const testkit::TemporaryFolder folder;
    const std::filesystem::path secret = folder.write("secret.yaml", "secret: hidden\n");
    const std::string absolute = (secret.parent_path() / "secret").string();
    const std::string climbing = "../../../../../../../../../../../.." + absolute;
    for (const std::string& name : {absolute, climbing, "groups/../../" + climbing}) {
        EXPECT_THAT(refusal("defaults: ['" + name + "', _self_]\n"),
                    testing::Not(testing::AnyOf("", HasSubstr("hidden"))))
            << name;
    }
    EXPECT_NE(refusal("defaults: [{/optimizer: sgd}, _self_]\n", {"optimizer=" + climbing}), "");
    const auto listed =
        expand_multirun({.file = "config",
                         .overrides = {"../../../../../../../../.." + folder.path().string() + "=glob(*)"},
                         .text = "a: 1\n",
                         .is_foreign = true});
    EXPECT_FALSE(listed.ok() && listed->size() > 1);
}

}  // namespace
}  // namespace goetia
