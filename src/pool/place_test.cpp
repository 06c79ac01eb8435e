// Which task gets which node.
#include "pool/pool_test_kit.h"

namespace goetia {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using State = TaskState;

TEST(Place, AnIdlePoolTakesATaskAtOnce) {
    TestPool pool;
    const NodeId node = pool.node(4);
    const TaskId task = pool.submit(pool.on_cores(2));
    EXPECT_EQ(pool.state(task), State::kDispatching);
    EXPECT_THAT(pool.nodes_of(task), ElementsAre(node));
    EXPECT_EQ(pool.world.nodes.at(node).free_cores(), 2);
}

TEST(Place, TheSmallestGpuThatSufficesIsTaken) {
    TestPool pool;
    const NodeId large = pool.node(8, {80, 80}), small = pool.node(8, {24});
    EXPECT_THAT(pool.nodes_of(pool.submit(pool.on_gpus(1, 20))), ElementsAre(small));
    EXPECT_THAT(pool.nodes_of(pool.submit(pool.on_gpus(1, 20))), ElementsAre(large));
    const TaskId both = pool.submit(pool.on_gpus(2, 20));
    EXPECT_EQ(pool.state(both), State::kQueued);
}

TEST(Place, AGpuIsNeverGivenTwiceAndAllOfThemAreUsed) {
    TestPool pool;
    pool.node(8, {24, 24, 24});
    std::set<std::string> taken;
    for (int i = 0; i < 3; ++i) {
        const TaskId task = pool.submit(pool.on_gpus(1, 10));
        ASSERT_EQ(pool.state(task), State::kDispatching);
        EXPECT_TRUE(taken.insert(pool.attempt_of(task).parts[0].gpus.at(0)).second);
    }
    EXPECT_EQ(pool.state(pool.submit(pool.on_gpus(1, 10))), State::kQueued);
}

TEST(Place, MemoryThatOthersUseIsNotFree) {
    TestPool pool;
    const NodeId node = pool.node(8, {24});
    NodeStatus status{.session = pool.world.nodes.at(node).session, .number = 50, .generation = 1};
    status.use = NodeUse{.gpus = {{.memory = 10 * kGiB}}};
    pool.does(NodeReported{node, status});
    const TaskId large = pool.submit(pool.on_gpus(1, 20)), small = pool.submit(pool.on_gpus(1, 12));
    EXPECT_EQ(pool.state(large), State::kQueued);
    EXPECT_EQ(pool.state(small), State::kDispatching);
}

TEST(Place, LabelsAndVersionsChooseTheNode) {
    TestPool pool;
    pool.node(4);
    const NodeId fast = pool.node(4, {}, {{"disk", "fast"}});
    PoolTask task = pool.on_cores(1);
    task.needs.labels = {"disk=fast"};
    EXPECT_THAT(pool.nodes_of(pool.submit(task)), ElementsAre(fast));
    task.needs.libtorch = "2.6.0";
    EXPECT_EQ(pool.state(pool.submit(task)), State::kQueued);
    task.needs.libtorch = "2.5.1";
    task.needs.cuda = "12.10";
    EXPECT_EQ(pool.state(pool.submit(task)), State::kQueued);
    task.needs.cuda = "11.8";
    EXPECT_EQ(pool.state(pool.submit(task)), State::kDispatching);
}

TEST(Place, LabelsThatAreGivenHereStayWhenTheNodeSaysItsOwnAnew) {
    TestPool pool;
    const NodeId node = pool.node(4, {}, {{"disk", "fast"}});
    PoolTask task = pool.on_cores(1);
    task.needs.labels = {"disk=fast", "rack=3"};
    const TaskId waiting = pool.submit(task);
    EXPECT_EQ(pool.state(waiting), State::kQueued);
    pool.does(NodeChangeAsked{.node = node, .labels = std::set<std::string>{"rack=3"}});
    EXPECT_THAT(pool.nodes_of(waiting), ElementsAre(node));
    pool.ends(waiting, ExitKind::kOk);
    pool.connect(node, NodeFacts{.cores = 4, .memory = 64 * kGiB, .libtorch = {"2.5.1"}});
    EXPECT_EQ(pool.state(pool.submit(task)), State::kQueued) << "the machine has no fast disk any more";
    task.needs.labels = {"rack=3", "node=" + pool.world.nodes.at(node).name};
    EXPECT_EQ(pool.state(pool.submit(task)), State::kDispatching) << "every node has its name as a label";
    EXPECT_TRUE(pool.does(NodeChangeAsked{.node = 99}).refused);
}

TEST(Place, APriceHoldsFromWhenItIsSet) {
    TestPool pool;
    const NodeId node = pool.node(4, {}, {}, 1.0);
    const TaskId task = pool.submit(pool.on_cores(4));
    const Fence fence = pool.world.tasks.at(task).fence;
    pool.wait(kHour);
    pool.does(NodeChangeAsked{.node = node, .price = 3.0});
    EXPECT_NEAR(pool.world.attempts.at(fence).cost, 1.0, 0.01);
    pool.wait(kHour);
    EXPECT_NEAR(pool.world.attempts.at(fence).cost, 4.0, 0.01);
}

TEST(Place, TheCheaperNodeIsPreferred) {
    TestPool pool;
    pool.node(8, {}, {}, 3.0);
    const NodeId cheap = pool.node(2, {}, {}, 1.0);
    EXPECT_THAT(pool.nodes_of(pool.submit(pool.on_cores(1))), ElementsAre(cheap));
}

TEST(Place, HigherPriorityGoesFirstAndTheLongerWaitAmongEquals) {
    TestPool pool;
    pool.node(1);
    const TaskId running = pool.submit(pool.on_cores(1));
    const TaskId first = pool.submit(pool.on_cores(1, 50));
    pool.now += 1;
    const TaskId second = pool.submit(pool.on_cores(1, 50)), high = pool.submit(pool.on_cores(1, 60));
    pool.ends(running, ExitKind::kOk);
    EXPECT_EQ(pool.state(high), State::kDispatching);
    pool.ends(high, ExitKind::kOk);
    EXPECT_EQ(pool.state(first), State::kDispatching);
    pool.ends(first, ExitKind::kOk);
    EXPECT_EQ(pool.state(second), State::kDispatching);
}

// Under an endless stream of tasks of the highest priority, one of the lowest starts within the bound that is stated.
TEST(Place, WaitingIsBounded) {
    for (const int priority : {0, 30, 100}) {
        TestPool pool;
        pool.world.policy.ageing = 10 * kSecond;
        pool.node(1);
        TaskId running = pool.submit(pool.on_cores(1, 100));
        const Moment begun = pool.now;
        PoolTask low = pool.on_cores(1, priority);
        low.user = 2;
        const TaskId waiting = pool.submit(low);
        const Moment each = 2 * kSecond;
        while (pool.state(waiting) == State::kQueued) {
            const TaskId next = pool.submit(pool.on_cores(1, 100));
            pool.wait(each);
            pool.ends(running, ExitKind::kOk);
            for (running = next; pool.state(running) != State::kDispatching && pool.state(waiting) == State::kQueued;)
                ++running;
            ASSERT_LT(pool.now - begun, waiting_bound(pool.world.policy, priority) + 2 * each) << priority;
        }
        if (priority == 0) {
            EXPECT_GT(pool.now - begun, 50 * kSecond) << "priority counts";
        }
    }
}

TEST(Place, UsersShareWhatIsScarce) {
    TestPool pool;
    pool.node(1);
    PoolTask greedy = pool.on_cores(1), modest = pool.on_cores(1);
    greedy.user = 1, modest.user = 2;
    TaskId running = pool.submit(greedy);
    for (int i = 0; i < 5; ++i) pool.submit(greedy);
    pool.wait(kMinute);
    const TaskId last = pool.submit(modest);
    pool.wait(kMinute);
    pool.ends(running, ExitKind::kOk);
    EXPECT_EQ(pool.state(last), State::kDispatching) << "although five tasks of another user came first";
}

TEST(Place, AGangIsPlacedWholeOrNotAtAll) {
    TestPool pool;
    const NodeId a = pool.node(8, {24, 24});
    PoolTask gang = pool.on_gpus(2, 20);
    gang.needs.nodes = 2;
    const TaskId task = pool.submit(gang);
    EXPECT_EQ(pool.state(task), State::kQueued);
    EXPECT_EQ(pool.world.nodes.at(a).free_gpus(), 2);
    const NodeId b = pool.node(8, {24, 24, 24, 24});
    ASSERT_EQ(pool.state(task), State::kDispatching);
    EXPECT_THAT(pool.nodes_of(task), ElementsAre(a, b));
    const Attempt& attempt = pool.attempt_of(task);
    EXPECT_EQ(attempt.parts[1].first_rank, 2);
    EXPECT_EQ(attempt.parts[1].ranks, 2);
    EXPECT_EQ(pool.world.nodes.at(b).free_gpus(), 2) << "a part of a node is enough";
}

PoolTask lasting(PoolTask task, Moment limit) {
    task.limits.soft = 0;
    task.limits.hard = limit;
    return task;
}

TEST(Place, BackFillingNeverDelaysTheReservationOfTheFirst) {
    TestPool pool;
    pool.node(4);
    const TaskId running = pool.submit(lasting(pool.on_cores(3), 10 * kMinute));
    const TaskId head = pool.submit(lasting(pool.on_cores(4, 60), kHour));
    const TaskId longer = pool.submit(lasting(pool.on_cores(1), kHour));
    const TaskId shorter = pool.submit(lasting(pool.on_cores(1), 5 * kMinute));
    EXPECT_EQ(pool.world.reservation.task, head);
    const Moment promised = pool.world.reservation.at;
    EXPECT_EQ(promised, pool.now + 10 * kMinute);
    EXPECT_EQ(pool.state(longer), State::kQueued) << "it would still run when the first should start";
    EXPECT_EQ(pool.state(shorter), State::kDispatching);
    pool.wait(5 * kMinute);
    pool.ends(shorter, ExitKind::kOk);
    pool.wait(4 * kMinute);
    pool.ends(running, ExitKind::kOk);
    EXPECT_EQ(pool.state(head), State::kDispatching);
    EXPECT_LE(pool.now, promised);
}

TEST(Place, WhatIsNotInTheWayOfTheFirstPassesIt) {
    TestPool pool;
    pool.node(4);
    const NodeId other = pool.node(2);
    pool.submit(pool.on_cores(4));
    const TaskId head = pool.submit(pool.on_cores(4, 90)), small = pool.submit(pool.on_cores(2, 10));
    EXPECT_EQ(pool.state(head), State::kQueued);
    EXPECT_THAT(pool.nodes_of(small), ElementsAre(other));
}

TEST(Place, WhatThePoolCannotHoldHoldsUpNobody) {
    TestPool pool;
    pool.node(4);
    const TaskId impossible = pool.submit(pool.on_gpus(8, 80, 100)), next = pool.submit(pool.on_cores(4, 0));
    EXPECT_EQ(pool.state(impossible), State::kQueued);
    EXPECT_EQ(pool.state(next), State::kDispatching);
    EXPECT_EQ(pool.world.reservation.task, 0U);
    pool.node(8, {80, 80, 80, 80, 80, 80, 80, 80});
    EXPECT_EQ(pool.state(impossible), State::kDispatching);
}

TEST(Place, NothingIsPlacedOnANodeThatDrainsIsSilentOrLeaves) {
    TestPool pool;
    const NodeId node = pool.node(4);
    pool.does(NodeDrainAsked{node, true});
    const TaskId task = pool.submit(pool.on_cores(1));
    EXPECT_EQ(pool.state(task), State::kQueued);
    pool.does(NodeDrainAsked{node, false});
    EXPECT_EQ(pool.state(task), State::kDispatching);
    pool.ends(task, ExitKind::kOk);
    pool.silent.insert(node);
    pool.wait(31 * kSecond);
    const TaskId later = pool.submit(pool.on_cores(1));
    EXPECT_EQ(pool.state(later), State::kQueued);
    pool.silent.clear();
    pool.wait(kSecond);
    EXPECT_EQ(pool.state(later), State::kDispatching);
    pool.ends(later, ExitKind::kOk);
    pool.disconnect(node);
    EXPECT_EQ(pool.state(pool.submit(pool.on_cores(1))), State::kQueued);
}

TEST(Place, ATaskOfClearlyHigherPriorityTakesThePlaceOfOthersByCheckpoint) {
    TestPool pool;
    pool.node(8, {24, 24});
    const TaskId low = pool.submit(pool.on_gpus(1, 10, 10)), near = pool.submit(pool.on_gpus(1, 10, 75));
    pool.all_report(AttemptPhase::kRunning);
    const TaskId high = pool.submit(pool.on_gpus(1, 10, 90));
    pool.wait(30 * kSecond);
    EXPECT_EQ(pool.attempt_of(low).asked, 0) << "it only just started";
    pool.wait(kMinute);
    EXPECT_EQ(pool.attempt_of(low).wish, Wish::kStop);
    EXPECT_EQ(pool.attempt_of(near).wish, Wish::kRun);
    EXPECT_EQ(pool.state(high), State::kQueued) << "until the checkpoint is here";
    pool.does(CheckpointArrived{1, pool.attempt_of(low).fence, {"hash", 10, 70}});
    pool.ends(low, ExitKind::kOk, true);
    EXPECT_EQ(pool.state(high), State::kDispatching);
    EXPECT_EQ(pool.state(low), State::kQueued);
    pool.ends(near, ExitKind::kOk);
    EXPECT_EQ(pool.state(low), State::kDispatching);
    EXPECT_EQ(pool.attempt_of(low).resume->step, 70);
}

}  // namespace
}  // namespace goetia
