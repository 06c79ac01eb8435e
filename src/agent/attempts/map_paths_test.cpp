#include "agent/attempts/map_paths.h"

#include <gmock/gmock.h>

#include "base/json.h"

namespace goetia {
namespace {

const NodePaths kPaths{.data = {{"train", "/data/pets"}, {"val", "/cache/ab"}}, .package = "/cache/pack"};

TEST(MapPaths, marks_become_paths_of_this_node) {
    Json document = {{"data_roots", {"@data/train", "@data/val/images/x", "relative", "/absolute"}},
                     {"components", {{{"source", "@package/plugins/loss.cpp"}}}},
                     {"number", 3},
                     {"mail", "me@data/train"}};
    ASSERT_TRUE(map_paths(document, kPaths).ok());
    EXPECT_EQ(document["data_roots"], (Json{"/data/pets", "/cache/ab/images/x", "relative", "/absolute"}));
    EXPECT_EQ(document["components"][0]["source"], "/cache/pack/plugins/loss.cpp");
    EXPECT_EQ(document["mail"], "me@data/train");
}

TEST(MapPaths, unknown_data_and_ways_out_are_refused) {
    Json unknown = {"@data/test/x"};
    EXPECT_EQ(map_paths(unknown, kPaths).error().message,
              "'@data/test/x' names data that the task does not bring (allowed: train, val)");
    Json out = {"@package/../../etc/passwd"};
    EXPECT_THAT(map_paths(out, kPaths).error().message, testing::HasSubstr("has '..' in its name"));
}

}  // namespace
}  // namespace goetia
