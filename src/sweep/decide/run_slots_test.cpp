#include "sweep/decide/run_slots.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goetia {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string fault_of(const DeviceBudget& budget) {
    const auto slots = run_slots(budget);
    return slots ? "" : slots.error().message;
}

TEST(RunSlots, without_gpus_one_run_has_all_cores_unless_more_is_asked_for) {
    const auto one = run_slots({.cores = 8});
    ASSERT_TRUE(one);
    ASSERT_EQ(one->size(), 1U);
    EXPECT_EQ((*one)[0].cores, 8);
    EXPECT_TRUE((*one)[0].gpus.empty());
    EXPECT_EQ(run_slots({.cores = 8, .cores_per_run = 3})->size(), 2U);
    EXPECT_EQ((*run_slots({.cores = 8, .jobs = 3}))[2].cores, 2);
    EXPECT_EQ((*run_slots({.cores = 2, .jobs = 3}))[0].cores, 1);
}

TEST(RunSlots, gpus_are_divided_among_the_runs) {
    const DeviceBudget four{.gpus = {"0", "1", "2", "3"}, .cores = 16};
    const auto slots = run_slots(four);
    ASSERT_EQ(slots->size(), 4U);
    EXPECT_THAT((*slots)[3].gpus, ElementsAre("3"));
    EXPECT_EQ((*slots)[3].cores, 4);
    DeviceBudget pairs = four;
    pairs.ranks = 2;
    ASSERT_EQ(run_slots(pairs)->size(), 2U);
    EXPECT_THAT((*run_slots(pairs))[1].gpus, ElementsAre("2", "3"));
    DeviceBudget shared = four;
    shared.jobs = 6;
    EXPECT_THAT((*run_slots(shared))[5].gpus, ElementsAre("1"));
    DeviceBudget none = four;
    none.gpus_per_run = 0, none.jobs = 2;
    EXPECT_THAT((*run_slots(none))[0].gpus, ElementsAre());
}

TEST(RunSlots, a_budget_that_does_not_fit_says_what_does) {
    EXPECT_THAT(fault_of({.jobs = 0}), HasSubstr("at least one run"));
    EXPECT_THAT(fault_of({.gpus = {"0"}, .gpus_per_run = 2}), HasSubstr("this machine shows 1 GPUs"));
    EXPECT_THAT(fault_of({.gpus = {"0", "1"}, .jobs = 2, .gpus_per_run = 2}),
                HasSubstr("need 4, this machine shows 2"));
    EXPECT_THAT(fault_of({.cores = 4, .cores_per_run = 5}), HasSubstr("allowed are 1 to 4"));
    EXPECT_THAT(fault_of({.cores = 4, .jobs = 3, .cores_per_run = 2}), HasSubstr("need 6, this machine has 4"));
}

}  // namespace
}  // namespace goetia
