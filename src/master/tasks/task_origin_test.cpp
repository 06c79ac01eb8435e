#include "master/tasks/task_origin.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace goetia {
namespace {

const Json kFromTemplate = {{"template", "classification/small"},
                            {"values", {{"training.epochs", 3}}},
                            {"overrides", {"optimizer.lr=0.1"}},
                            {"priority", 70},
                            {"name", "first"}};
const Json kPacked = {{"config", {{"training", {{"epochs", 3}}}}},
                      {"package", {{"sha256", "a"}}},
                      {"data", {{{"name", "data"}}}},
                      {"libtorch", "2.13.0"},
                      {"cores", 4}};

TEST(MergedTask, adds_changes_to_those_of_the_task_before) {
    const Json merged = merged_task(
        kFromTemplate,
        {{"from_task", "1"}, {"overrides", {"model=resnet50"}}, {"values", {{"training.batch_size", 8}}}}, false);
    EXPECT_EQ(merged["overrides"], (Json{"optimizer.lr=0.1", "model=resnet50"}));
    EXPECT_EQ(merged["values"], (Json{{"training.epochs", 3}, {"training.batch_size", 8}}));
    EXPECT_EQ(merged["priority"], 70);
    EXPECT_EQ(merged["template"], "classification/small");
    EXPECT_FALSE(merged.contains("from_task"));
}

TEST(MergedTask, takes_nothing_of_a_source_in_place_of_which_another_is_given) {
    const Json merged = merged_task(kFromTemplate, {{"config", "a: 1"}, {"name", "other"}}, false);
    EXPECT_EQ(merged, (Json{{"priority", 70}, {"name", "other"}, {"config", "a: 1"}}));
}

TEST(MergedTask, keeps_a_package_unless_something_changes_what_is_in_it) {
    EXPECT_EQ(merged_task(kPacked, {{"priority", 10}}, false)["package"]["sha256"], "a");
    for (const Json& changes : {Json{{"overrides", {"training.epochs=5"}}}, Json{{"values", {{"training.epochs", 5}}}},
                                Json{{"dataset", "shapes"}}}) {
        const Json merged = merged_task(kPacked, changes, false);
        EXPECT_FALSE(merged.contains("package")) << changes;
        EXPECT_FALSE(merged.contains("libtorch")) << changes;
        EXPECT_EQ(merged["config"]["training"]["epochs"], 3) << changes;
        EXPECT_EQ(merged["cores"], 4) << changes;
    }
    EXPECT_FALSE(merged_task(kPacked, Json::object(), true).contains("package")) << "other weights to begin with";
}

}  // namespace
}  // namespace goetia
