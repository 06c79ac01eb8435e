// Simulated pools hold what they promise, whatever happens to them; and the simulator sees it where they do not.
#include "sim/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace goetia {
namespace {

TEST(Schedule, TheSameSeedGivesTheSameRun) {
    for (std::uint64_t seed = 1; seed < 20; ++seed) {
        std::vector<std::string> first, second;
        const ScheduleEnd one = run_schedule(seed, Plant::kNone, &first),
                          two = run_schedule(seed, Plant::kNone, &second);
        EXPECT_EQ(one.events, two.events);
        EXPECT_EQ(first, second);
    }
}

TEST(Schedule, EveryKindOfThingHappens) {
    std::string all;
    for (std::uint64_t seed = 1; seed < 150; ++seed) {
        std::vector<std::string> trace;
        run_schedule(seed, Plant::kNone, &trace);
        for (const std::string& line : trace) all += line + "\n";
    }
    for (const char* seen : {"the master dies", "agent 1 is killed", "loses power", "is cut off",
                             "older backup is restored", "is to go away", "-> completed", "-> failed", "-> stopped",
                             "-> paused", "running -> queued", "ends killed", "ends error", "purges"})
        EXPECT_NE(all.find(seen), std::string::npos) << seen;
}

}  // namespace
}  // namespace goetia
