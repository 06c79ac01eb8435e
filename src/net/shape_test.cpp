#include "net/shape.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace goetia {
namespace {

TEST(Shape, SaysWhatIsWithinTheFieldsOfASchema) {
    const Shape part = Schema("Part", "One").with(integer("size", "Bytes"));
    const Json form = Shape(Schema("Thing", "A thing")
                                .with(anything("parts", "All of them"))
                                .with(object("by_name", "The same"))
                                .with(object("best", "Or none").or_null()))
                          .where("parts", list_of(part))
                          .where("by_name", map_of(part))
                          .where("best", part)
                          .with(text("etag", "Of it"))
                          .form();
    const Json properties = form["properties"];
    EXPECT_EQ(form["required"], (Json{"parts", "by_name", "etag"}));
    EXPECT_EQ(form["additionalProperties"], true) << "answers grow";
    EXPECT_EQ(properties["parts"]["type"], "array");
    EXPECT_EQ(properties["parts"]["description"], "All of them");
    EXPECT_EQ(properties["parts"]["items"]["title"], "Part");
    EXPECT_EQ(properties["by_name"]["additionalProperties"]["properties"]["size"]["type"], "integer");
    EXPECT_EQ(properties["best"]["type"], (Json{"object", "null"}));
    EXPECT_EQ(part.form()["type"], "object") << "it is as it was";
}

TEST(Shape, NamesOnlyFieldsThatTheSchemaHas) {
    EXPECT_THROW(Shape(Schema("Thing", "")).where("colour", Shape(ParamType::kInt)), Json::exception);
}

}  // namespace
}  // namespace goetia
