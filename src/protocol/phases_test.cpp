#include "protocol/phases.h"

#include <gtest/gtest.h>

#include "protocol/requests.h"

namespace goetia {
namespace {

// Each table lists its values in the order of the enum, under names that lead back to them.
template <class E, class From>
void expect_names(From from) {
    for (int i = 0; i <= static_cast<int>(last_of(E{})); ++i) {
        const E value = static_cast<E>(i);
        EXPECT_EQ(from(name_of(value)), value) << name_of(value);
    }
    EXPECT_FALSE(from("no such name").has_value());
}

TEST(Phases, NamesLeadBackToTheirValues) {
    expect_names<AttemptPhase>(attempt_phase_from);
    expect_names<ExitKind>(exit_kind_from);
    expect_names<Wish>(wish_from);
    expect_names<OnDisconnect>(on_disconnect_from);
    expect_names<AppendOutcome>(append_outcome_from);
    expect_names<ObjectOutcome>(object_outcome_from);
    expect_names<ObjectKind>(object_kind_from);
}

TEST(Phases, TablesAreInTheOrderOfTheirEnums) {
    for (int i = 0; i <= static_cast<int>(AttemptPhase::kClosed); ++i)
        EXPECT_EQ(info_of(static_cast<AttemptPhase>(i)).phase, static_cast<AttemptPhase>(i));
    for (int i = 0; i <= static_cast<int>(ExitKind::kLost); ++i)
        EXPECT_EQ(info_of(static_cast<ExitKind>(i)).kind, static_cast<ExitKind>(i));
    for (int i = 0; i <= static_cast<int>(Wish::kPurge); ++i)
        EXPECT_EQ(info_of(static_cast<Wish>(i)).wish, static_cast<Wish>(i));
}

TEST(Phases, OnlyFaultsOfTheMachineAreWorthAnotherTry) {
    EXPECT_FALSE(info_of(ExitKind::kOk).infrastructure);
    EXPECT_FALSE(info_of(ExitKind::kError).infrastructure);
    for (const ExitKind kind :
         {ExitKind::kOom, ExitKind::kKilled, ExitKind::kGpuLost, ExitKind::kDiskFull, ExitKind::kHung, ExitKind::kLost})
        EXPECT_TRUE(info_of(kind).infrastructure) << name_of(kind);
}

}  // namespace
}  // namespace goetia
