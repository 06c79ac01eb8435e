#include "config/json_schema.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "base/random.h"
#include "config/experiment_schema.h"

namespace goetia::config {
namespace {

bool valijson_accepts(const Json& schema, const Json& document) {
    const auto schema_json = nlohmann::json::parse(schema.dump());
    const auto document_json = nlohmann::json::parse(document.dump());
    valijson::Schema parsed;
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(schema_json), parsed);
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    return validator.validate(parsed, valijson::adapters::NlohmannJsonAdapter(document_json), nullptr);
}

TEST(JsonSchema, agrees_with_valijson_on_each_keyword) {
    const std::vector<std::pair<const char*, std::vector<const char*>>> cases{
        {R"({"type": "integer", "minimum": 1, "maximum": 5})", {"0", "1", "5", "6", "\"x\"", "null", "true"}},
        {R"({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1})", {"0", "0.5", "1", "-1"}},
        {R"({"type": ["string", "null"], "minLength": 2, "maxLength": 3})",
         {"\"a\"", "\"ab\"", "\"abcd\"", "null", "1", "\"名前\""}},
        {R"({"enum": ["a", 1, null]})", {"\"a\"", "1", "null", "2", "\"b\""}},
        {R"({"const": {"a": 1}})", {"{\"a\": 1}", "{\"a\": 2}", "1"}},
        {R"({"type": "string", "pattern": "^(a|b)+$"})", {"\"ab\"", "\"c\"", "\"\""}},
        {R"({"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 2, "uniqueItems": true})",
         {"[]", "[1]", "[1, 2]", "[1, 1]", "[1, 2, 3]", "[\"x\"]"}},
        {R"({"items": [{"type": "integer"}], "additionalItems": false})", {"[1]", "[\"x\"]", "[1, 2]", "[]"}},
        {R"({"contains": {"const": 1}})", {"[1]", "[2]", "[]"}},
        {R"({"properties": {"a": {"type": "integer"}}, "required": ["a"], "additionalProperties": false})",
         {"{}", "{\"a\": 1}", "{\"a\": \"x\"}", "{\"a\": 1, \"b\": 2}", "5"}},
        {R"({"patternProperties": {"^n_": {"type": "number"}}, "additionalProperties": {"type": "string"}})",
         {"{\"n_a\": 1}", "{\"n_a\": \"x\"}", "{\"b\": \"x\"}", "{\"b\": 1}"}},
        {R"({"propertyNames": {"maxLength": 2}})", {"{\"ab\": 1}", "{\"abc\": 1}"}},
        {R"({"minProperties": 1, "maxProperties": 2})", {"{}", "{\"a\": 1}", "{\"a\": 1, \"b\": 2, \"c\": 3}"}},
        {R"({"dependencies": {"a": ["b"]}})", {"{\"a\": 1}", "{\"a\": 1, \"b\": 1}", "{\"b\": 1}"}},
        {R"({"allOf": [{"minimum": 1}, {"maximum": 3}]})", {"0", "2", "4"}},
        {R"({"anyOf": [{"type": "integer", "maximum": 3}, {"type": "string"}]})", {"2", "4", "\"x\"", "null"}},
        {R"({"oneOf": [{"minimum": 2}, {"maximum": 4}]})", {"1", "3", "5"}},
        {R"({"not": {"type": "string"}})", {"1", "\"x\""}},
        {R"({"if": {"minimum": 10}, "then": {"multipleOf": 5}, "else": {"multipleOf": 2}})", {"10", "11", "4", "5"}},
        {R"({"definitions": {"x": {"type": "integer"}}, "properties": {"a": {"$ref": "#/definitions/x"}}})",
         {"{\"a\": 1}", "{\"a\": \"x\"}"}},
    };
    for (const auto& [schema_text, documents] : cases) {
        const Json schema = Json::parse(schema_text);
        for (const char* text : documents) {
            const Json document = Json::parse(text);
            EXPECT_EQ(JsonSchema(schema).check(document).empty(), valijson_accepts(schema, document))
                << schema_text << " " << text;
        }
    }
}

// Replaces a random value of a document.
void spoil(Json& node, Random& random) {
    if (node.is_structured() && !node.empty() && random.chance(0.8)) {
        auto item = node.begin();
        std::advance(item, static_cast<std::ptrdiff_t>(random.below(node.size())));
        return spoil(*item, random);
    }
    static const Json kOthers = Json::parse(
        R"([null, true, 0, -1, 1, 2.5, 100000, "", "auto", "x", [], ["x"], {}, {"type": "x"}, {"enabled": true}])");
    node = kOthers[random.below(kOthers.size())];
}

TEST(JsonSchema, agrees_with_valijson_on_corrupted_experiments) {
    const auto schema = experiment_schema();
    const auto good =
        compose({std::string(GOETIA_SOURCE_DIR) + "/configs/templates/classification/resnet50_imagenet.yaml", {}, {}});
    ASSERT_TRUE(schema && good);
    Random random({.purpose = purpose("spoilt")});
    int refused = 0;
    for (int i = 0; i < 300; ++i) {
        Json document = good->document;
        spoil(document, random);
        const bool ours = check_against_schema(document, *schema).empty();
        refused += ours ? 0 : 1;
        EXPECT_EQ(ours, valijson_accepts(*schema, document)) << document.dump(1);
    }
    EXPECT_GT(refused, 50);
    EXPECT_LT(refused, 290);
}

TEST(JsonSchema, alternatives_are_checked_by_the_one_of_the_values_type) {
    const Json schema = Json::parse(
        R"({"properties": {"neck": {"oneOf": [{"type": "object", "required": ["type"]}, {"type": "null"}]}}})");
    const auto faults = JsonSchema(schema).check(Json::parse(R"({"neck": {"depth": 1}})"));
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(to_string(faults[0]), "neck.type: 'neck' needs it, found nothing (allowed: anything)");
    EXPECT_EQ(to_string(JsonSchema(schema).check(Json::parse(R"({"neck": 5})")).at(0)),
              "neck: does not have one of the allowed forms, found 5 (allowed: a mapping with type or null)");
}

}  // namespace
}  // namespace goetia::config
