#include "launch/watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goetia {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using S = WatchState;
using E = WatchEvent;
using F = WatchEffect;

TEST(Watch, the_first_interrupt_requests_a_stop_and_the_second_kills) {
    const WatchTransition first = watch_step(S::kRunning, E::kInterrupt);
    EXPECT_EQ(first.to, S::kStopping);
    EXPECT_THAT(first.effects, ElementsAre(F::kRequestStop));
    const WatchTransition second = watch_step(first.to, E::kInterrupt);
    EXPECT_EQ(second.to, S::kKilling);
    EXPECT_THAT(second.effects, ElementsAre(F::kKill));
}

TEST(Watch, a_stop_may_be_requested_again_and_a_kill_comes_at_once) {
    EXPECT_THAT(watch_step(S::kRunning, E::kStopRequested).effects, ElementsAre(F::kRequestStop));
    EXPECT_EQ(watch_step(S::kStopping, E::kStopRequested).to, S::kStopping);
    EXPECT_THAT(watch_step(S::kStopping, E::kStopRequested).effects, IsEmpty());
    for (const S state : {S::kRunning, S::kStopping, S::kEnding}) {
        EXPECT_EQ(watch_step(state, E::kKillRequested).to, S::kKilling) << watch_state_name(state);
        EXPECT_THAT(watch_step(state, E::kKillRequested).effects, ElementsAre(F::kKill));
    }
    EXPECT_THAT(watch_step(S::kKilling, E::kKillRequested).effects, IsEmpty());
}

TEST(Watch, a_failed_rank_ends_the_others_and_kills_them_after_the_grace_period) {
    for (const S state : {S::kRunning, S::kStopping}) {
        const WatchTransition ending = watch_step(state, E::kRankFailed);
        EXPECT_EQ(ending.to, S::kEnding) << watch_state_name(state);
        EXPECT_THAT(ending.effects, ElementsAre(F::kTerminate, F::kStartGrace));
    }
    EXPECT_THAT(watch_step(S::kEnding, E::kGraceOver).effects, ElementsAre(F::kKill));
}

TEST(Watch, ranks_that_fail_after_the_first_change_nothing) {
    EXPECT_EQ(watch_step(S::kEnding, E::kRankFailed).to, S::kEnding);
    EXPECT_THAT(watch_step(S::kEnding, E::kRankFailed).effects, IsEmpty());
    EXPECT_EQ(watch_step(S::kKilling, E::kRankFailed).to, S::kKilling);
}

TEST(Watch, every_state_ends_when_the_last_rank_is_gone) {
    for (const S state : {S::kRunning, S::kStopping, S::kEnding, S::kKilling}) {
        EXPECT_EQ(watch_step(state, E::kLastGone).to, S::kOver) << watch_state_name(state);
    }
}

TEST(Watch, nothing_happens_when_it_is_over) {
    for (const E event : {E::kInterrupt, E::kRankFinished, E::kRankFailed, E::kGraceOver, E::kLastGone,
                          E::kStopRequested, E::kKillRequested}) {
        EXPECT_EQ(watch_step(S::kOver, event).to, S::kOver);
        EXPECT_THAT(watch_step(S::kOver, event).effects, IsEmpty());
    }
}

// For every sequence of events: at most one kill, and never before something requested an end.
TEST(Watch, every_sequence_of_six_events_kills_at_most_once) {
    constexpr int kEvents = 7;
    for (int history = 0; history < kEvents * kEvents * kEvents * kEvents * kEvents * kEvents; ++history) {
        S state = S::kRunning;
        int kills = 0;
        int interrupts = 0;
        bool ended = false;
        int rest = history;
        for (int i = 0; i < 6; ++i, rest /= kEvents) {
            const E event = static_cast<E>(rest % kEvents);
            const WatchTransition move = watch_step(state, event);
            interrupts += event == E::kInterrupt || event == E::kStopRequested ? 1 : 0;
            ended = ended || move.to == S::kEnding || event == E::kKillRequested;
            for (const F effect : move.effects) {
                kills += effect == F::kKill ? 1 : 0;
                ASSERT_FALSE(effect == F::kKill && interrupts < 2 && !ended) << "history " << history;
            }
            state = move.to;
        }
        ASSERT_LE(kills, 1) << "history " << history;
    }
}

}  // namespace
}  // namespace goetia
