#include "apps/goetia/comparison_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"

namespace goetia::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ComparisonText, MarksTheBestAndLeavesGapsWhereARunHasNothing) {
    const Json compared = {
        {"experiments",
         {{{"id", "e1"}, {"name", "a"}, {"state", "failed"}}, {{"id", "e2"}, {"name", "b"}, {"state", "completed"}}}},
        {"metrics",
         {{"val/loss",
           {{"lower_is_better", true}, {"best", "e2"}, {"runs", {{"e2", {{"last", 0.5}, {"best", 0.25}}}}}}}}},
        {"config", {{"optimizer.type", {{"e1", "SGD"}, {"e2", "Adam"}}}}},
        {"resources", {{"e1", {{"seconds", 60}}}, {"e2", Json::object()}}}};
    const std::string text = comparison_text(compared);
    EXPECT_THAT(text, HasSubstr("0.25 *"));
    EXPECT_THAT(text, Not(HasSubstr("0.5")));
    EXPECT_THAT(text, HasSubstr("SGD"));
    EXPECT_THAT(text, HasSubstr("resources"));
}

TEST(LineageText, ShowsTheFirstAncestorFirst) {
    const Json lineage = {
        {"id", "e3"},
        {"ancestors",
         {{{"id", "e2"}, {"known", false}},
          {{"id", "e1"}, {"known", true}, {"name", "first"}, {"state", "completed"}}}},
        {"descendants", {{{"id", "e4"}, {"known", true}, {"name", "last"}, {"state", "running"}, {"depth", 1}}}}};
    EXPECT_EQ(lineage_text(lineage),
              "e1  first (completed)\n  e2  deleted, or somebody else's\n    e3\n      e4  last (running)\n");
}

}  // namespace
}  // namespace goetia::cli
