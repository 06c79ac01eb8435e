#include "sim/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goetia {
namespace {

TEST(SearchSlow, TwoThousandSchedulesBreakNoPromise) {
    SearchPlan plan{.seconds = 0, .seed = 1, .schedules = 2000, .planted_most = 0};
    const SearchEnd end = run_search(plan);
    EXPECT_EQ(end.schedules, 2000);
    for (const FoundViolation& one : end.violations) ADD_FAILURE() << "seed " << one.seed << ": " << one.violation;
}

TEST(SearchSlow, PlantedBugsAreFound) {
    SearchPlan plan{.seconds = 0, .seed = 1, .schedules = 1, .planted_most = 1000};
    const SearchEnd end = run_search(plan);
    std::string found;
    for (const FoundViolation& one : end.planted)
        found += std::string(name_of(one.plant)) + " (" + std::to_string(one.seed) + "): " + one.violation + "\n";
    EXPECT_GE(end.planted_found, 16) << found;
}

}  // namespace
}  // namespace goetia
