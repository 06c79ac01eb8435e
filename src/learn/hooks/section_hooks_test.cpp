#include "learn/hooks/section_hooks.h"

#include <gtest/gtest.h>

#include "config/experiment_schema.h"
#include "learn/hooks/hook.h"

namespace goetia {
namespace {

Json completed(const char* text) {
    const auto full = with_schema_defaults(Json::parse(text));
    EXPECT_TRUE(full) << to_string(full.error());
    return full ? *full : Json();
}

TEST(SectionHooks, are_those_of_the_enabled_sections) {
    EXPECT_TRUE(section_hooks(completed("{}")).empty());
    const auto hooks = section_hooks(completed(R"({"training": {"ema": {"decay": 0.9}, "gradient_clip": {}}})"));
    ASSERT_EQ(hooks.size(), 2U);
    EXPECT_EQ(hooks[0].path, "training.gradient_clip");
    EXPECT_EQ(hooks[1].config, Json::parse(R"({"decay": 0.9, "ramp": 0, "type": "Ema"})"));
    EXPECT_TRUE(section_hooks(completed(R"({"training": {"ema": {"enabled": false}}})")).empty());
}

// A hook has one default, whether a section or an entry of `hooks` asks for it.
TEST(SectionHooks, have_the_defaults_that_the_contract_says) {
    HookRegistry registry(Kind::kHook);
    ASSERT_TRUE(register_builtin_hooks(registry));
    const auto hooks =
        section_hooks(completed(R"({"training": {"gradient_clip": {}, "early_stopping": {}, "ema": {}}})"));
    ASSERT_EQ(hooks.size(), 3U);
    for (const SectionHook& one : hooks) {
        const std::string type = one.config["type"];
        const auto found = registry.find(type);
        ASSERT_TRUE(found) << type;
        Json defaults = (*found)->schema.complete({{"type", type}});
        defaults["type"] = type;
        EXPECT_EQ(defaults, one.config) << one.path;
        EXPECT_TRUE(registry.make(one.config, one.path)) << one.path;
    }
}

}  // namespace
}  // namespace goetia
