#include "component/schema.h"

#include <gmock/gmock.h>

#include "base/json.h"

namespace goetia {
namespace {

Schema jitter() {
    return Schema("ColorJitter", "Changes the colours at random")
        .with(number("hue", "largest turn").between(0, 0.5).fallback(0.0))
        .with(integer("times", "how often").at_least(1))
        .with(text("mode", "which colour space").one_of({"hsv", "lab"}).fallback("hsv"))
        .with(numbers("mean", "per channel").length(3).or_scalar().fallback(Json::array({0.5, 0.5, 0.5})))
        .with(number("scale", "stretch").above(0).or_null())
        .with(boolean("inverse", "the other way").fallback(false));
}

std::vector<std::string> sentences(const std::vector<Fault>& faults) {
    std::vector<std::string> list;
    for (const Fault& fault : faults) list.push_back(to_string(fault));
    return list;
}

TEST(Schema, may_be_assigned_what_was_added_to_itself) {
    Schema schema("Blur", "Softens");
    schema = std::move(schema).with(integer("radius", "how far"));
    EXPECT_EQ(schema.name(), "Blur");
    EXPECT_EQ(schema.params().size(), 1U);
}

TEST(Schema, a_valid_mapping_has_no_faults_and_is_completed_in_order) {
    const Json values = Json::parse(R"({"type": "ColorJitter", "times": 2, "mode": "lab"})");
    EXPECT_TRUE(jitter().check(values, "").empty());
    EXPECT_EQ(jitter().complete(values).dump(),
              R"({"hue":0.0,"times":2,"mode":"lab","mean":[0.5,0.5,0.5],"scale":null,"inverse":false})");
}

TEST(Schema, reports_every_fault_at_once_with_found_allowed_and_nearest) {
    const Json values =
        Json::parse(R"({"huee": 1, "hue": 0.7, "mode": "hvs", "mean": [1, 2], "scale": 0, "inverse": "yes"})");
    EXPECT_EQ(
        sentences(jitter().check(values, "augmentation.train[1]")),
        (std::vector<std::string>{
            "augmentation.train[1].huee: 'ColorJitter' has no parameter 'huee' (allowed: hue, times, mode, mean, "
            "scale, inverse); did you mean 'hue'?",
            "augmentation.train[1].hue: out of range, found 0.7 (allowed: a number, 0 to 0.5)",
            "augmentation.train[1].mode: not one of the choices, found \"hvs\" (allowed: a text, one of hsv, lab); did "
            "you mean 'hsv'?",
            "augmentation.train[1].mean: must hold 3 values, found [1,2] (allowed: a list of numbers or a number of "
            "length 3)",
            "augmentation.train[1].scale: out of range, found 0 (allowed: a number, above 0, or null)",
            "augmentation.train[1].inverse: must be true or false, found \"yes\" (allowed: true or false)",
            "augmentation.train[1].times: 'ColorJitter' needs it, found nothing (allowed: a whole number, at least 1)",
        }));
}

TEST(Schema, each_element_of_a_list_is_checked) {
    const Schema schema = Schema("X", "x").with(integers("sizes", "sizes").at_least(1));
    EXPECT_EQ(sentences(schema.check(Json::parse(R"({"sizes": [1, 0, "a", 2.5, 3.0]})"), "")),
              (std::vector<std::string>{
                  "sizes[1]: out of range, found 0 (allowed: a list of whole numbers, at least 1)",
                  "sizes[2]: must be a whole number, found \"a\" (allowed: a list of whole numbers, at least 1)",
                  "sizes[3]: must be a whole number, found 2.5 (allowed: a list of whole numbers, at least 1)",
              }));
    EXPECT_EQ(sentences(schema.check(Json::parse(R"({"sizes": 4})"), "")),
              (std::vector<std::string>{
                  "sizes: must be a list of whole numbers, found 4 (allowed: a list of whole numbers, at least 1)"}));
}

TEST(Schema, a_single_value_for_a_list_must_be_allowed) {
    EXPECT_TRUE(jitter().check(Json::parse(R"({"times": 1, "mean": 0.5})"), "").empty());
    EXPECT_EQ(jitter().check(Json::parse(R"({"times": 1, "mean": "x"})"), "").size(), 1U);
}

TEST(Schema, null_must_be_allowed) {
    EXPECT_TRUE(jitter().check(Json::parse(R"({"times": 1, "scale": null})"), "").empty());
    EXPECT_EQ(
        sentences(jitter().check(Json::parse(R"({"times": null})"), "")),
        (std::vector<std::string>{"times: must be a whole number, found null (allowed: a whole number, at least 1)"}));
}

TEST(Schema, nan_and_infinity_are_out_of_range) {
    const Schema schema = Schema("X", "x").with(number("lr", "rate"));
    EXPECT_EQ(schema.check(Json{{"lr", std::numeric_limits<double>::quiet_NaN()}}, "").size(), 1U);
    EXPECT_EQ(schema.check(Json{{"lr", std::numeric_limits<double>::infinity()}}, "").size(), 1U);
}

TEST(Schema, anything_but_a_mapping_is_refused) {
    EXPECT_EQ(sentences(jitter().check(Json::array(), "loss")),
              (std::vector<std::string>{"loss: 'ColorJitter' needs a mapping, found []"}));
}

TEST(Schema, describes_itself_as_json) {
    const Json described = jitter().to_json();
    EXPECT_EQ(described["name"], "ColorJitter");
    EXPECT_EQ(described["sentence"], "Changes the colours at random");
    ASSERT_EQ(described["params"].size(), 6U);
    EXPECT_EQ(
        described["params"][0].dump(),
        R"({"name":"hue","doc":"largest turn","type":"float","text":"a number, 0 to 0.5","required":false,"default":0.0,"minimum":0.0,"maximum":0.5})");
    EXPECT_TRUE(described["params"][1]["required"].get<bool>());
    EXPECT_EQ(described["params"][2]["choices"], Json::array({"hsv", "lab"}));
    EXPECT_EQ(described["params"][3]["type"], "list");
    EXPECT_EQ(described["params"][3]["items"], "float");
    EXPECT_TRUE(described["params"][4]["exclusive"].get<bool>());
}

TEST(Schema, survives_a_round_trip_through_json) {
    const Schema every_type = jitter()
                                  .with(texts("names", "words").one_of({"a", "b"}))
                                  .with(integers("sizes", "sizes").at_most(9).fallback({1, 2}))
                                  .with(object("split", "a part").or_null())
                                  .with(anything("extra", "whatever").fallback(nullptr))
                                  .for_tasks({"detection", "instance"});
    const auto again = Schema::from_json(every_type.to_json());
    ASSERT_TRUE(again) << to_string(again.error());
    EXPECT_EQ(again->to_json(), every_type.to_json());
    const Json wrong = Json::parse(R"({"hue": 2, "sizes": ["x"], "names": ["c"], "split": 1, "scale": 0})");
    EXPECT_EQ(sentences(again->check(wrong, "a")), sentences(every_type.check(wrong, "a")));
    EXPECT_EQ(again->complete(wrong), every_type.complete(wrong));
    EXPECT_TRUE(again->fits_task("instance"));
    EXPECT_FALSE(again->fits_task("segmentation"));
    EXPECT_TRUE(jitter().fits_task("segmentation")) << "unless it says otherwise, a component is for every task";
}

TEST(Schema, an_incomplete_description_is_refused) {
    for (const char* text :
         {R"({})", R"({"name": "X", "params": [{"name": "a", "type": "float"}]})",
          R"({"name": "X", "params": [{"name": "a", "type": "list", "items": "list", "required": true}]})",
          R"({"name": "X", "params": [{"name": "a", "type": "a number", "required": true}]})"}) {
        const auto schema = Schema::from_json(Json::parse(text));
        ASSERT_FALSE(schema) << text;
        EXPECT_THAT(schema.error().message, testing::StartsWith("a component's description cannot be read (")) << text;
    }
}

TEST(Kind, every_kind_has_one_name_and_is_found_by_it) {
    for (const Kind kind : all_kinds()) EXPECT_EQ(kind_from_name(kind_name(kind)), kind);
    EXPECT_EQ(kind_name(Kind::kBatchTransform), "batch_transform");
    EXPECT_EQ(kind_from_name("nothing"), std::nullopt);
}

}  // namespace
}  // namespace goetia
