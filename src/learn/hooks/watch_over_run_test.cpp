#include "learn/hooks/watch_over_run.h"

#include <gmock/gmock.h>

#include "testkit/learn.h"

namespace goetia {
namespace {

using namespace testkit;
using ::testing::HasSubstr;

TEST(WaitingNote, is_for_long_epochs_that_wait) {
    EXPECT_FALSE(waiting_note(5, 4));
    EXPECT_FALSE(waiting_note(100, 5));
    EXPECT_THAT(waiting_note(100, 37).value_or(""), HasSubstr("the loader holds you back: 37 %"));
}

TEST(GrowthNote, needs_six_epochs_that_all_grow) {
    constexpr double kMiB = 1 << 20;
    std::vector<double> resident{100 * kMiB, 110 * kMiB, 120 * kMiB, 130 * kMiB, 140 * kMiB};
    EXPECT_FALSE(growth_note(resident));
    resident.push_back(150 * kMiB);
    EXPECT_THAT(growth_note(resident).value_or(""), HasSubstr("memory grows by 10.0 MiB an epoch and is at 150 MiB"));
    resident.push_back(149 * kMiB);
    EXPECT_FALSE(growth_note(resident));
    EXPECT_FALSE(growth_note({1000, 1001, 1002, 1003, 1004, 1005})) << "too little";
}

TEST(LossLeap, knows_what_is_usual) {
    LossLeap leap;
    EXPECT_FALSE(leap.take(50)) << "nothing is usual yet";
    for (int i = 0; i < 200; ++i) EXPECT_FALSE(leap.take(1 + 0.1 * (i % 3)));
    EXPECT_TRUE(leap.take(20));
    EXPECT_FALSE(leap.take(1.1));
    EXPECT_NEAR(leap.usual(), 1.1, 0.1);
}

TEST(WatchOverRun, notes_a_leap_once_in_an_epoch) {
    Toy toy = make_toy(1, 60);
    toy.parts.hooks = {std::make_shared<WatchOverRun>(1)};
    const auto recorded = toy.recorded;
    ASSERT_TRUE(Trainer(std::move(toy.parts), nobody()).run().ok());
    EXPECT_THAT(recorded->lines, ::testing::Not(::testing::Contains(HasSubstr("leapt"))));
}

}  // namespace
}  // namespace goetia
