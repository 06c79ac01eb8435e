#include "master/tasks/config_source.h"

#include <gmock/gmock.h>

#include "base/json.h"
#include "config/config.h"

namespace goetia {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string refused_source(const Json& body) {
    const auto request = compose_request_of(body);
    return request ? "" : to_string(request.error());
}

TEST(ConfigSource, is_a_document_or_its_text) {
    const auto text = compose_request_of({{"config", "a: 1\n"}, {"overrides", {"a=2"}}});
    ASSERT_TRUE(text.ok());
    EXPECT_EQ(*text->text, "a: 1\n");
    EXPECT_THAT(text->overrides, ElementsAre("a=2"));
    EXPECT_TRUE(text->is_foreign);
    EXPECT_EQ(compose(*text)->document, (Json{{"a", 2}}));
    const Json document = {{"a", {{"b", "yes"}, {"c", 0.1}, {"d", nullptr}}}};
    EXPECT_EQ(compose(*compose_request_of({{"config", document}}))->document, document)
        << "no text became another type";
    EXPECT_THAT(refused_source({{"config", 3}}), HasSubstr("must be a document or its text"));
    EXPECT_THAT(refused_source({{"config", "a: 1"}, {"template", "classification/small"}}), HasSubstr("together"));
}

TEST(ConfigSource, reads_the_values_of_a_form_as_overrides_with_the_choices_of_groups_first) {
    const auto request = compose_request_of({{"template", "classification/small"},
                                             {"values",
                                              {{"training.epochs", 3},
                                               {"experiment.name", "it's mine"},
                                               {"optimizer", "adamw"},
                                               {"backbone", "resnet34"},
                                               {"a", {1, true}}}}});
    ASSERT_TRUE(request.ok()) << to_string(request.error());
    EXPECT_THAT(request->overrides, ElementsAre("+optimizer=adamw", "backbone=resnet34", "++training.epochs=3",
                                                "++experiment.name='it\\'s mine'", "++a=[1,true]"));
    EXPECT_THAT(refused_source({{"template", "classification/small"}, {"values", {{"a=1 b", 3}}}}),
                HasSubstr("no key of a configuration"));
    EXPECT_THAT(refused_source({{"template", "../secret"}}), HasSubstr("there is no template '../secret'"));
}

}  // namespace
}  // namespace goetia
