#include "config/named_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "learn/components.h"

namespace goetia {
namespace {

using testing::HasSubstr;

TEST(NamedModel, every_file_of_the_group_is_a_whole_model) {
    const auto components = builtin_components();
    ASSERT_TRUE(components.ok());
    const std::vector<std::string> names = model_names();
    EXPECT_THAT(names, testing::IsSupersetOf({"resnet18", "resnet152"}));
    for (const std::string& name : names) {
        const auto section = named_model(name);
        ASSERT_TRUE(section.ok()) << name << ": " << to_string(section.error());
        const auto entry = (*components)->models.find((*section)["type"].get<std::string>());
        ASSERT_TRUE(entry.ok()) << name << ": " << to_string(entry.error());
        EXPECT_THAT((*entry)->schema.check(*section, "model"), testing::IsEmpty()) << name;
    }
}

TEST(NamedModel, has_the_classes_of_the_published_weights) {
    const auto section = named_model("resnet50");
    ASSERT_TRUE(section.ok()) << to_string(section.error());
    EXPECT_EQ((*section)["backbone"], (Json{{"type", "ResNet"}, {"depth", 50}}));
    EXPECT_EQ((*section)["head"]["num_classes"], 1000);
}

TEST(NamedModel, answers_an_unknown_name_with_the_nearest_one) {
    const auto none = named_model("resnet15");
    ASSERT_FALSE(none.ok());
    EXPECT_THAT(to_string(none.error()), HasSubstr("no model 'resnet15'; did you mean 'resnet152'?; known: "));
}

}  // namespace
}  // namespace goetia
