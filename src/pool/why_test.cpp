#include "pool/why.h"

#include "pool/forecast.h"
#include "pool/pool_test_kit.h"

namespace goetia {
namespace {

using ::testing::HasSubstr;

NodeWhy of_node(const TestPool& pool, TaskId task, NodeId node) {
    for (const NodeWhy& one : why(pool.world, pool.world.tasks.at(task), pool.now).nodes) {
        if (one.node == node) return one;
    }
    return {};
}

TEST(Why, NamesForEachNodeWhatStandsInTheWay) {
    TestPool pool;
    const NodeId small = pool.node(8, {16}, {{"zone", "a"}}), none = pool.node(8, {}, {{"zone", "a"}}),
                 other = pool.node(8, {80}), away = pool.node(8, {80}, {{"zone", "a"}}),
                 drained = pool.node(8, {80}, {{"zone", "a"}}), busy = pool.node(8, {80}, {{"zone", "a"}});
    pool.disconnect(away);
    pool.does(NodeDrainAsked{drained, true});
    PoolTask task = pool.on_gpus(1, 24);
    task.needs.labels = {"zone=a"};
    const TaskId runs = pool.submit(task), waits = pool.submit(task);
    ASSERT_EQ(pool.nodes_of(runs)[0], busy);
    EXPECT_EQ(of_node(pool, waits, small).obstacle.obstacle, Obstacle::kTooLittleMemory);
    EXPECT_EQ(of_node(pool, waits, small).obstacle.needs, "24.0 GiB on each of 1 GPUs");
    EXPECT_EQ(of_node(pool, waits, small).obstacle.has, "16.0 GiB at most");
    EXPECT_EQ(of_node(pool, waits, none).obstacle.obstacle, Obstacle::kTooFewGpus);
    EXPECT_EQ(of_node(pool, waits, other).obstacle.obstacle, Obstacle::kLabelMissing);
    EXPECT_EQ(of_node(pool, waits, other).obstacle.needs, "zone=a");
    EXPECT_EQ(of_node(pool, waits, away).obstacle.obstacle, Obstacle::kOffline);
    EXPECT_EQ(of_node(pool, waits, drained).obstacle.obstacle, Obstacle::kDraining);
    EXPECT_EQ(of_node(pool, waits, busy).obstacle.obstacle, Obstacle::kBusy);
    EXPECT_THAT(why(pool.world, pool.world.tasks.at(waits), pool.now).sentence,
                HasSubstr("it needs 1 of 6 nodes: 1 offline, 1 draining, 1 label missing"));
    task.needs.cuda = "13.0";
    const TaskId newer = pool.submit(task);
    EXPECT_EQ(of_node(pool, newer, busy).obstacle.obstacle, Obstacle::kVersion);
    EXPECT_EQ(of_node(pool, newer, busy).obstacle.has, "the runtime needs CUDA 13.0, its driver runs 12.4 at most");
}

TEST(Why, AGangMissesNodes) {
    TestPool pool;
    const NodeId one = pool.node(8);
    PoolTask gang = pool.on_cores(4);
    gang.needs.nodes = 3;
    const TaskId id = pool.submit(gang);
    const NodeWhy found = of_node(pool, id, one);
    EXPECT_EQ(found.obstacle.obstacle, Obstacle::kNotEnoughNodes);
    EXPECT_EQ(found.obstacle.needs, "3");
    EXPECT_EQ(found.obstacle.has, "1");
    EXPECT_FALSE(why(pool.world, pool.world.tasks.at(id), pool.now).starts);
}

TEST(Why, RoomThatIsKeptForAnotherIsBusyAndNamesIt) {
    TestPool pool;
    const NodeId node = pool.node(4);
    pool.submit(pool.on_cores(3));
    const TaskId head = pool.submit(pool.on_cores(4, 90)), behind = pool.submit(pool.on_cores(1, 10));
    EXPECT_EQ(of_node(pool, behind, node).obstacle.obstacle, Obstacle::kBusy);
    EXPECT_EQ(of_node(pool, behind, node).kept_for, head);
}

TEST(Why, TellsWhenTheTaskShouldStart) {
    TestPool pool;
    pool.node(1);
    PoolTask task = pool.on_cores(1);
    task.limits.soft = kHour;
    pool.submit(task);
    pool.all_report(AttemptPhase::kRunning);
    const TaskId second = pool.submit(task), third = pool.submit(task);
    const auto starts = [&](TaskId id) {
        return *why(pool.world, pool.world.tasks.at(id), pool.now).starts - pool.now;
    };
    EXPECT_EQ(starts(second), kHour);
    EXPECT_EQ(starts(third), 2 * kHour);
    EXPECT_EQ(why(pool.world, pool.world.tasks.at(third), pool.now).ahead, 1U);
}

TEST(Forecast, FollowsARunsOwnStepsAndBeforeThemLikeRuns) {
    TestPool pool;
    pool.node(1);
    PoolTask task = pool.on_cores(1);
    task.like = "resnet18/cifar10";
    const TaskId first = pool.submit(task);
    pool.all_report(AttemptPhase::kRunning);
    EXPECT_FALSE(expected_end(pool.world, pool.world.tasks.at(first), pool.now));
    const Fence fence = pool.attempt_of(first).fence;
    pool.does(StepSeen{fence, 0, 1000});
    pool.wait(100 * kSecond);
    pool.does(StepSeen{fence, 100, 1000});
    EXPECT_EQ(*expected_end(pool.world, pool.world.tasks.at(first), pool.now), pool.now + 900 * kSecond);
    pool.wait(100 * kSecond);
    EXPECT_EQ(*expected_end(pool.world, pool.world.tasks.at(first), pool.now), pool.now + 800 * kSecond);
    pool.ends(first, ExitKind::kOk);
    const TaskId second = pool.submit(task);
    pool.all_report(AttemptPhase::kRunning);
    EXPECT_EQ(*expected_end(pool.world, pool.world.tasks.at(second), pool.now), pool.now + 200 * kSecond);
}

}  // namespace
}  // namespace goetia
