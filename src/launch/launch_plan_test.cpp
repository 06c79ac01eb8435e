#include "launch/launch_plan.h"

#include <gtest/gtest.h>

namespace goetia {
namespace {

TEST(LaunchPlan, survives_a_round_trip) {
    const LaunchPlan plan{.runtime = "/programs/goetia-runtime",
                          .folder = ExperimentFolder("/runs/exp"),
                          .attempt = 3,
                          .resume = "/runs/exp/checkpoints/last.pth",
                          .world = 2,
                          .threads = 4,
                          .grace_seconds = 0.5,
                          .working_folder = "/work",
                          .input = std::string("\x00\xff", 2),
                          .first_rank = 2,
                          .ranks_here = 1,
                          .store = "10.0.0.5:29500",
                          .wrapper = {"/programs/goetia-agent", "enter"},
                          .supervisor = {"/programs/goetia-agent", "supervise"}};
    const LaunchPlan back = launch_plan_from_cbor(to_cbor(plan)).value();
    EXPECT_EQ(to_cbor(back), to_cbor(plan));
    EXPECT_EQ(back.resume, plan.resume);
    EXPECT_EQ(back.input, plan.input);
    EXPECT_EQ(back.first_rank, 2);
    EXPECT_EQ(back.ranks_here, 1);
    EXPECT_EQ(back.store, plan.store);
    EXPECT_EQ(back.wrapper, plan.wrapper);
    EXPECT_EQ(back.supervisor, plan.supervisor);
    EXPECT_FALSE(launch_plan_from_cbor(to_cbor({}))->resume);
}

TEST(LaunchPlan, anything_else_is_refused) {
    for (const char* bytes : {"", "{}", "plan"}) EXPECT_FALSE(launch_plan_from_cbor(bytes).ok()) << bytes;
}

TEST(LaunchEnd, names_round_trip) {
    for (const LaunchEnd end : {LaunchEnd::kCompleted, LaunchEnd::kStopped, LaunchEnd::kTerminated, LaunchEnd::kKilled})
        EXPECT_EQ(launch_end_from_name(launch_end_name(end)), end);
    EXPECT_FALSE(launch_end_from_name("over"));
}

}  // namespace
}  // namespace goetia
