#include "experiment/journal_cost.h"

#include <gtest/gtest.h>

#include "testkit/experiment.h"

namespace goetia {
namespace {

TEST(JournalCost, one_logged_metric_costs_under_a_microsecond) {
    const testkit::TemporaryFolder folder;
    const LogCost cost = measure_log_cost(folder.path(), 20).value();
    ASSERT_EQ(cost.rounds.size(), 20U);
    RecordProperty("best_ns", static_cast<int>(cost.best()));
    EXPECT_LT(cost.best(), 1000.0);
    EXPECT_LE(cost.best(), cost.median());
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace goetia
