#include "launch/rank_group.h"

#include <gtest/gtest.h>
#include <thread>

#include "launch/rank_input.h"
#include "testkit/fake_runtime.h"

namespace goetia {
namespace {

using testkit::FakeRuntime;
using testkit::kUntilStop;
using testkit::run_to_end;

TEST(RankGroup, never_blocks_on_its_ranks) {
    const FakeRuntime run;
    const auto group = RankGroup::start(run.plan("sleep 1000"), nullptr).value();
    EXPECT_FALSE(group->deadline()) << "without an observer there is nothing to do until a rank ends";
    const double begun = steady_seconds();
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(group->advance().ok());
    EXPECT_LT(steady_seconds() - begun, 5);
    EXPECT_FALSE(group->verdict());
    ASSERT_TRUE(group->kill().ok());
    EXPECT_EQ(run_to_end(*group).value(), LaunchEnd::kKilled);
}

TEST(RankGroup, a_stop_may_be_requested_again) {
    const FakeRuntime run;
    struct Count : LaunchObserver {
        void on_stopping() override { ++times; }
        int times = 0;
    } count;
    const auto group = RankGroup::start(run.plan(kUntilStop), &count).value();
    run.wait_for("ready");
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(group->send(Request::kStop).ok());
    EXPECT_EQ(run_to_end(*group).value(), LaunchEnd::kStopped);
    EXPECT_EQ(count.times, 1);
}

TEST(RankGroup, other_requests_reach_the_control_file) {
    const FakeRuntime run;
    const auto group =
        RankGroup::start(run.plan("until grep -q pause journal/control.json; do sleep 0.02; done"), nullptr).value();
    ASSERT_TRUE(group->send(Request::kPause).ok());
    EXPECT_EQ(run_to_end(*group).value(), LaunchEnd::kCompleted);
}

TEST(RankGroup, several_are_driven_by_one_loop) {
    const FakeRuntime first;
    const FakeRuntime second;
    const auto one = RankGroup::start(first.plan(kUntilStop), nullptr).value();
    const auto other = RankGroup::start(second.plan("exit 3"), nullptr).value();
    const double until = steady_seconds() + 30;
    while ((!one->verdict() || !other->verdict()) && steady_seconds() < until) {
        std::vector<pollfd> watched;
        one->watch(watched);
        other->watch(watched);
        ::poll(watched.data(), watched.size(), 1000);
        ASSERT_TRUE(one->advance().ok() && other->advance().ok());
        if (other->verdict()) {
            ASSERT_TRUE(one->send(Request::kStop).ok());
        }
    }
    ASSERT_TRUE(one->verdict() && other->verdict());
    EXPECT_EQ(one->verdict()->value(), LaunchEnd::kStopped);
    EXPECT_FALSE(other->verdict()->ok());
}

TEST(RankGroup, its_ranks_do_not_end_with_the_thread_that_started_them) {
    const FakeRuntime run;
    std::unique_ptr<RankGroup> group;
    std::thread([&] { group = RankGroup::start(run.plan(kUntilStop), nullptr).value(); }).join();
    run.wait_for("ready");
    ASSERT_TRUE(group->send(Request::kStop).ok());
    EXPECT_EQ(run_to_end(*group).value(), LaunchEnd::kStopped);
}

TEST(RankGroup, destroying_it_leaves_no_rank) {
    const FakeRuntime run;
    auto group = RankGroup::start(run.plan("touch ready; sleep 1000", 2), nullptr).value();
    const pid_t rank = group->ranks().front().pid();
    run.wait_for("ready");
    group.reset();
    EXPECT_NE(::kill(rank, 0), 0);
}

TEST(RankGroup, every_rank_reads_the_document_and_starts_in_the_working_folder) {
    const FakeRuntime run;
    LaunchPlan plan = run.plan("");
    ASSERT_TRUE(write_file_atomic(plan.runtime, "#!/bin/sh\npwd > '" + run.root().string() +
                                                    "/place'$GOETIA_RANK\ncat > '" + run.root().string() +
                                                    "/input'$GOETIA_RANK\n")
                    .ok());
    std::filesystem::permissions(plan.runtime, std::filesystem::perms::owner_all);
    plan.world = 2;
    plan.working_folder = "/";
    plan.input = to_text({.document = {{"training", {{"epochs", 3}}}}, .from_environment = {"dataset.data_root"}});
    const std::filesystem::path here = std::filesystem::current_path();
    const auto group = RankGroup::start(plan, nullptr).value();
    EXPECT_EQ(run_to_end(*group).value(), LaunchEnd::kCompleted);
    EXPECT_EQ(std::filesystem::current_path(), here);
    for (const char* rank : {"0", "1"}) {
        EXPECT_EQ(run.file(std::string("place") + rank), "/\n");
        const RankInput input = rank_input_from_text(run.file(std::string("input") + rank)).value();
        EXPECT_EQ(input.document["training"]["epochs"], 3);
        EXPECT_TRUE(input.from_environment.contains("dataset.data_root"));
    }
}

}  // namespace
}  // namespace goetia
