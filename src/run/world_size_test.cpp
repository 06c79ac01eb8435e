#include "run/world_size.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace goetia {
namespace {

Json distributed(const Json& section) { return {{"training", {{"distributed", section}}}}; }

TEST(WorldSize, is_one_if_nothing_is_distributed) {
    EXPECT_EQ(world_size(Json::object()).value(), 1);
    EXPECT_EQ(world_size({{"training", nullptr}}).value(), 1);
    EXPECT_EQ(world_size(distributed({{"enabled", false}, {"world_size", 4}})).value(), 1);
}

TEST(WorldSize, is_the_number_in_the_document) {
    EXPECT_EQ(world_size(distributed({{"enabled", true}, {"world_size", 4}})).value(), 4);
    EXPECT_EQ(world_size(distributed({{"world_size", 4}})).value(), 4) << "a section that is present is used";
    EXPECT_EQ(world_size(distributed({{"enabled", true}, {"world_size", "auto"}})).value(), 1);
    EXPECT_EQ(world_size(distributed({{"enabled", true}})).value(), 1);
}

TEST(WorldSize, anything_else_is_refused) {
    for (const Json& wrong : {Json(0), Json(-2), Json(1.5), Json("all"), Json::array()}) {
        const auto size = world_size(distributed({{"enabled", true}, {"world_size", wrong}}));
        ASSERT_FALSE(size.ok()) << wrong;
        EXPECT_EQ(size.error().message,
                  "training.distributed.world_size must be 'auto' or a whole number from 1, found " + wrong.dump());
    }
}

}  // namespace
}  // namespace goetia
