// The whole catalogue against contract/catalogue.schema.json, which its readers rely on.
#include <gtest/gtest.h>

#include "component/schema.h"
#include "config/experiment_schema.h"
#include "learn/components.h"
#include "learn/features.h"

namespace goetia {
namespace {

TEST(Catalogue, is_what_the_contract_says) {
    const auto components = builtin_components();
    const auto schema = contract_schema("catalogue");
    ASSERT_TRUE(components && schema);
    Json described = catalogue(**components);
    described["features"] = available_features();
    ASSERT_GT(described["components"].size(), 50U);
    for (const Fault& fault : check_against_schema(described, *schema)) ADD_FAILURE() << to_string(fault);
}

TEST(Catalogue, is_read_back_as_the_schemas_that_wrote_it) {
    const auto components = builtin_components();
    ASSERT_TRUE(components);
    for (const Json& component : catalogue(**components)["components"]) {
        const auto schema = Schema::from_json(component);
        ASSERT_TRUE(schema) << to_string(schema.error());
        EXPECT_EQ(schema->to_json()["params"], component["params"]) << component["name"];
    }
}

}  // namespace
}  // namespace goetia
