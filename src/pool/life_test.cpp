// The life of tasks and attempts: what events bring about.
#include "pool/pool_test_kit.h"

namespace goetia {
namespace {

using ::testing::HasSubstr;
using Shown = TaskState;

struct Running : TestPool {
    explicit Running(PoolTask task = on_cores(1)) : first(node(4)), second(node(4)), task(submit(std::move(task))) {
        all_report(AttemptPhase::kRunning);
        fence = attempt_of(this->task).fence;
        on = nodes_of(this->task)[0];
    }
    NodeId first, second;
    TaskId task;
    Fence fence = 0;
    NodeId on = 0;
};

TEST(Life, ARunIsCompleteOnceItsFilesAreHere) {
    Running pool;
    EXPECT_EQ(pool.state(pool.task), Shown::kRunning);
    pool.report_wanted(pool.on, AttemptPhase::kExited, AttemptExit{});
    EXPECT_EQ(pool.state(pool.task), Shown::kRunning);
    EXPECT_EQ(pool.world.nodes.at(pool.on).free_cores(), 4) << "its cores are free already";
    pool.does(StreamsWhole{pool.on, pool.fence});
    EXPECT_EQ(pool.state(pool.task), Shown::kRunning);
    pool.does(ObjectsWhole{pool.on, pool.fence});
    EXPECT_EQ(pool.state(pool.task), Shown::kCompleted);
    EXPECT_TRUE(pool.ended.contains(pool.fence));
    EXPECT_TRUE(wanted_on(pool.world, pool.world.nodes.at(pool.on)).empty());
}

TEST(Life, AUsersErrorIsNotTriedAgain) {
    Running pool;
    pool.ends(pool.task, ExitKind::kError);
    EXPECT_EQ(pool.state(pool.task), Shown::kFailed);
    EXPECT_THAT(pool.finished.at(pool.task).reason, HasSubstr("as told"));
}

TEST(Life, AFaultOfTheMachineIsTriedAgainAfterAWhileFromTheNewestCheckpoint) {
    Running pool;
    pool.does(CheckpointArrived{pool.on, pool.fence, {"a", 1, 100}});
    pool.does(CheckpointArrived{pool.on, pool.fence, {"b", 1, 200}});
    pool.does(CheckpointArrived{pool.on, pool.fence, {"a", 1, 100}});
    pool.ends(pool.task, ExitKind::kOom);
    EXPECT_EQ(pool.state(pool.task), Shown::kQueued);
    pool.wait(9 * kSecond);
    EXPECT_EQ(pool.state(pool.task), Shown::kQueued);
    pool.wait(2 * kSecond);
    ASSERT_EQ(pool.state(pool.task), Shown::kDispatching);
    EXPECT_EQ(pool.attempt_of(pool.task).resume->sha256, "b");
    EXPECT_GT(pool.attempt_of(pool.task).fence, pool.fence);
    EXPECT_EQ(pool.attempt_of(pool.task).number, 2);
}

TEST(Life, ATaskThatNeverGetsFurtherFailsAfterItsRetries) {
    Running pool;
    for (int i = 0; i < 3; ++i) {
        pool.ends(pool.task, ExitKind::kGpuLost);
        ASSERT_EQ(pool.state(pool.task), Shown::kQueued) << i;
        pool.wait(6 * kMinute);
    }
    pool.ends(pool.task, ExitKind::kGpuLost);
    EXPECT_EQ(pool.state(pool.task), Shown::kFailed);
    EXPECT_THAT(pool.finished.at(pool.task).reason, HasSubstr("4 times"));
}

TEST(Life, FaultsBetweenWhichItGetsFurtherDoNotAddUp) {
    Running pool;
    for (int i = 1; i < 10; ++i) {
        const Fence fence = pool.attempt_of(pool.task).fence;
        pool.does(CheckpointArrived{pool.nodes_of(pool.task)[0], fence, {"x", 1, 10 * i}});
        pool.ends(pool.task, ExitKind::kKilled);
        ASSERT_EQ(pool.state(pool.task), Shown::kQueued) << i;
        pool.wait(kMinute);
    }
}

TEST(Life, ANodeThatStaysAwayLosesItsAttempt) {
    Running pool;
    pool.disconnect(pool.on);
    pool.wait(10 * kMinute);
    EXPECT_EQ(pool.state(pool.task), Shown::kRunning);
    pool.wait(kMinute);
    EXPECT_NE(pool.attempt_of(pool.task).fence, pool.fence);
    EXPECT_NE(pool.nodes_of(pool.task)[0], pool.on);
    EXPECT_EQ(pool.world.nodes.at(pool.on).free_cores(), 3) << "it may still run there";
    pool.connect(pool.on);
    EXPECT_EQ(pool.world.nodes.at(pool.on).free_cores(), 3);
    pool.report(pool.on, {});
    EXPECT_EQ(pool.world.nodes.at(pool.on).free_cores(), 4);
    EXPECT_TRUE(pool.ended.contains(pool.fence));
}

TEST(Life, NothingUnderAnOlderFenceCounts) {
    Running pool;
    pool.disconnect(pool.on);
    pool.wait(11 * kMinute);
    const Fence now = pool.attempt_of(pool.task).fence;
    ASSERT_NE(now, pool.fence);
    pool.does(CheckpointArrived{pool.on, pool.fence, {"late", 1, 999}});
    EXPECT_FALSE(pool.world.tasks.at(pool.task).checkpoint);
    pool.does(CheckpointArrived{pool.on, now, {"stolen", 1, 999}});
    EXPECT_FALSE(pool.world.tasks.at(pool.task).checkpoint) << "from a node that does not have the attempt";
    pool.does(StreamsWhole{pool.on, now});
    EXPECT_FALSE(pool.attempt_of(pool.task).parts[0].streams_whole);
}

TEST(Life, ANodeThatComesBackInTimeGoesOn) {
    Running pool;
    pool.disconnect(pool.on);
    pool.wait(9 * kMinute);
    pool.connect(pool.on);
    pool.report_wanted(pool.on, AttemptPhase::kRunning);
    pool.wait(kHour);
    EXPECT_EQ(pool.attempt_of(pool.task).fence, pool.fence);
}

TEST(Life, NobodyIsLostInTheFirstMinuteOfAMaster) {
    PoolTask task = TestPool::on_cores(1);
    task.limits.lost_after = kSecond;
    Running pool(task);
    rebuild(pool.world);
    pool.does(MasterStarted{});
    pool.wait(kMinute - kSecond);
    EXPECT_EQ(pool.attempt_of(pool.task).fence, pool.fence);
    pool.wait(2 * kSecond);
    EXPECT_EQ(pool.state(pool.task), Shown::kQueued);
}

TEST(Life, AnAttemptThatItsNodeDoesNotKnowIsLostOnceTheNodeHasTakenUpTheDocument) {
    TestPool pool;
    const NodeId node = pool.node(4);
    const TaskId task = pool.submit(pool.on_cores(1));
    const PoolNode& known = pool.world.nodes.at(node);
    NodeStatus early{.session = known.session, .number = 90, .generation = known.generation - 1};
    pool.does(NodeReported{node, early});
    EXPECT_EQ(pool.state(task), Shown::kDispatching);
    NodeStatus later{.session = known.session, .number = 91, .generation = known.generation};
    pool.does(NodeReported{node, later});
    EXPECT_EQ(pool.state(task), Shown::kQueued);
}

TEST(Life, AWipedNodeLosesWhatItHadButItsDevicesAreNotFreeAtOnce) {
    Running pool;
    pool.disconnect(pool.on);
    pool.connect(pool.on, std::nullopt, true);
    EXPECT_EQ(pool.state(pool.task), Shown::kQueued);
    EXPECT_EQ(pool.world.nodes.at(pool.on).free_cores(), 3) << "the document that asks for it may be on its way";
    pool.report(pool.on, {});
    EXPECT_EQ(pool.world.nodes.at(pool.on).free_cores(), 4);
}

TEST(Life, AnAttemptThatIsBegunAnewUnderItsFenceIsLost) {
    Running pool;
    pool.report(pool.on, {pool.says(pool.attempt_of(pool.task), AttemptPhase::kFetching)});
    EXPECT_EQ(pool.state(pool.task), Shown::kQueued);
    EXPECT_EQ(pool.ended.count(pool.fence), 0U) << "it may still start";
}

TEST(Life, LateDoubledAndForeignStatusesChangeNothing) {
    Running pool;
    NodeStatus status{.session = pool.world.nodes.at(pool.on).session - 1, .number = 99, .generation = 99};
    pool.does(NodeReported{pool.on, status});
    status.session += 1;
    status.number = 1;
    pool.does(NodeReported{pool.on, status});
    EXPECT_EQ(pool.state(pool.task), Shown::kRunning);
}

TEST(Life, StopWritesACheckpointAndEnds) {
    Running pool;
    EXPECT_FALSE(pool.control(pool.task, TaskAction::kStop).refused);
    EXPECT_EQ(pool.attempt_of(pool.task).wish, Wish::kStop);
    pool.ends(pool.task, ExitKind::kOk, true);
    EXPECT_EQ(pool.state(pool.task), Shown::kStopped);
    const auto refused = pool.control(pool.task, TaskAction::kPause).refused;
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->code, Code::kWrongState);
    EXPECT_EQ(refused->message, "task '1' is stopped; 'pause' is for tasks that are: queued, dispatching, running");
    EXPECT_FALSE(pool.control(pool.task, TaskAction::kResume).refused);
    EXPECT_EQ(pool.state(pool.task), Shown::kDispatching);
}

TEST(Life, WhatIsBeingStoppedIsNotPausedOrResumed) {
    Running pool;
    pool.control(pool.task, TaskAction::kStop);
    for (const TaskAction action : {TaskAction::kPause, TaskAction::kResume, TaskAction::kCheckpoint}) {
        const auto refused = pool.control(pool.task, action).refused;
        ASSERT_TRUE(refused);
        EXPECT_EQ(refused->message, "task '1' is being stopped; only 'cancel' is possible until it has ended");
    }
    EXPECT_FALSE(pool.control(pool.task, TaskAction::kCancel).refused);
    EXPECT_EQ(pool.attempt_of(pool.task).wish, Wish::kPurge);
}

TEST(Life, ARunThatEndedBeforeItsStopIsComplete) {
    Running pool;
    pool.control(pool.task, TaskAction::kStop);
    pool.ends(pool.task, ExitKind::kOk, false);
    EXPECT_EQ(pool.state(pool.task), Shown::kCompleted);
}

TEST(Life, AStoppedTaskWhoseNodeDiesDoesNotComeBack) {
    Running pool;
    pool.control(pool.task, TaskAction::kStop);
    pool.disconnect(pool.on);
    pool.wait(12 * kMinute);
    EXPECT_EQ(pool.state(pool.task), Shown::kStopped);
}

TEST(Life, AFailedTaskCanGoOnAndAnyCanBeginAgain) {
    Running pool;
    pool.does(CheckpointArrived{pool.on, pool.fence, {"a", 1, 100}});
    pool.ends(pool.task, ExitKind::kError);
    pool.control(pool.task, TaskAction::kResume);
    EXPECT_EQ(pool.attempt_of(pool.task).resume->step, 100);
    pool.ends(pool.task, ExitKind::kOk);
    EXPECT_EQ(pool.state(pool.task), Shown::kCompleted);
    pool.control(pool.task, TaskAction::kRetry);
    EXPECT_FALSE(pool.attempt_of(pool.task).resume);
}

TEST(Life, APausedTaskKeepsItsPlaceForAWhile) {
    Running pool;
    pool.control(pool.task, TaskAction::kPause);
    EXPECT_EQ(pool.state(pool.task), Shown::kRunning);
    pool.report_wanted(pool.on, AttemptPhase::kPaused);
    EXPECT_EQ(pool.state(pool.task), Shown::kPaused);
    pool.control(pool.task, TaskAction::kResume);
    pool.report_wanted(pool.on, AttemptPhase::kRunning);
    EXPECT_EQ(pool.state(pool.task), Shown::kRunning);
    pool.control(pool.task, TaskAction::kPause);
    pool.report_wanted(pool.on, AttemptPhase::kPaused);
    pool.wait(11 * kMinute);
    EXPECT_EQ(pool.attempt_of(pool.task).wish, Wish::kStop);
    pool.ends(pool.task, ExitKind::kOk, true);
    EXPECT_EQ(pool.state(pool.task), Shown::kPaused);
    pool.wait(kHour);
    EXPECT_EQ(pool.state(pool.task), Shown::kPaused);
    pool.control(pool.task, TaskAction::kResume);
    EXPECT_EQ(pool.state(pool.task), Shown::kDispatching);
}

TEST(Life, APauseBeforeItRunsGivesThePlaceBack) {
    TestPool pool;
    pool.node(4);
    const TaskId task = pool.submit(pool.on_cores(1));
    pool.control(task, TaskAction::kPause);
    EXPECT_EQ(pool.attempt_of(task).wish, Wish::kStop);
    pool.ends(task, ExitKind::kOk, true);
    EXPECT_EQ(pool.state(task), Shown::kPaused);
    EXPECT_EQ(pool.world.tasks.at(task).reason, "it was paused before it ran");
}

TEST(Life, WhatItsNodeEndedGoesOnElsewhere) {
    Running pool;
    pool.ends(pool.task, ExitKind::kOk, true);
    EXPECT_EQ(pool.state(pool.task), Shown::kQueued);
    pool.wait(kMinute);
    EXPECT_EQ(pool.state(pool.task), Shown::kDispatching);
}

TEST(Life, ATaskCanBePausedWhileItWaits) {
    TestPool pool;
    const TaskId task = pool.submit(pool.on_cores(1));
    pool.control(task, TaskAction::kPause);
    pool.node(4);
    EXPECT_EQ(pool.state(task), Shown::kPaused);
    pool.control(task, TaskAction::kResume);
    EXPECT_EQ(pool.state(task), Shown::kDispatching);
}

TEST(Life, ANodeThatLeavesHandsOnItsTasksAtOnce) {
    Running pool;
    pool.leaving.insert(pool.on);
    pool.report_wanted(pool.on, AttemptPhase::kRunning);
    EXPECT_EQ(pool.attempt_of(pool.task).wish, Wish::kStop);
    pool.does(CheckpointArrived{pool.on, pool.fence, {"a", 1, 100}});
    pool.ends(pool.task, ExitKind::kOk, true);
    ASSERT_EQ(pool.state(pool.task), Shown::kDispatching);
    EXPECT_NE(pool.nodes_of(pool.task)[0], pool.on);
    EXPECT_EQ(pool.attempt_of(pool.task).resume->step, 100);
}

TEST(Life, TimeLimitsStopSoftlyThenHard) {
    PoolTask task = TestPool::on_cores(1);
    task.limits.soft = kHour;
    task.limits.hard = 2 * kHour;
    Running soft(task);
    soft.wait(kHour + kMinute);
    EXPECT_EQ(soft.attempt_of(soft.task).cause, EndCause::kSoftLimit);
    soft.ends(soft.task, ExitKind::kOk, true);
    EXPECT_EQ(soft.state(soft.task), Shown::kStopped);
    EXPECT_EQ(soft.finished.at(soft.task).reason, "it reached its soft time limit of 60 min");
    Running hard(task);
    hard.wait(2 * kHour + 3 * kMinute);
    EXPECT_EQ(hard.attempt_of(hard.task).wish, Wish::kPurge);
    hard.report(hard.on, {});
    EXPECT_EQ(hard.state(hard.task), Shown::kFailed);
    EXPECT_THAT(hard.finished.at(hard.task).reason, HasSubstr("hard time limit of 120 min"));
}

TEST(Life, ASpentBudgetPausesWithACheckpoint) {
    PoolTask task = TestPool::on_cores(4);
    task.budget = 2;
    TestPool pool;
    const NodeId node = pool.node(4, {}, {}, 1.0);
    const TaskId id = pool.submit(task);
    pool.all_report(AttemptPhase::kRunning);
    pool.wait(2 * kHour + kMinute);
    EXPECT_EQ(pool.attempt_of(id).cause, EndCause::kBudget);
    pool.does(CheckpointArrived{node, pool.attempt_of(id).fence, {"a", 1, 5}});
    pool.ends(id, ExitKind::kOk, true);
    EXPECT_EQ(pool.state(id), Shown::kPaused);
    EXPECT_NEAR(pool.world.tasks.at(id).spent, 2.0, 0.1);
    EXPECT_NEAR(pool.world.users.at(1).spent, 2.0, 0.1);
    const auto refused = pool.control(id, TaskAction::kResume).refused;
    ASSERT_TRUE(refused);
    EXPECT_THAT(refused->message, HasSubstr("its budget of 2.00 is spent; raise the budget first"));
    pool.does(BudgetSet{.task = id, .budget = 5});
    pool.control(id, TaskAction::kResume);
    EXPECT_EQ(pool.state(id), Shown::kDispatching);
}

TEST(Life, AUsersBudgetHoldsForAllOfTheirTasks) {
    TestPool pool;
    pool.node(4, {}, {}, 1.0);
    pool.does(BudgetSet{.user = 1, .budget = 1});
    const TaskId a = pool.submit(pool.on_cores(2)), b = pool.submit(pool.on_cores(2));
    pool.all_report(AttemptPhase::kRunning);
    pool.wait(61 * kMinute);
    EXPECT_EQ(pool.attempt_of(a).cause, EndCause::kBudget);
    EXPECT_EQ(pool.attempt_of(b).cause, EndCause::kBudget);
    const TaskId late = pool.submit(pool.on_cores(1));
    EXPECT_EQ(pool.state(late), Shown::kPaused);
    pool.ends(a, ExitKind::kOk, true);
    EXPECT_EQ(pool.state(a), Shown::kPaused);
}

TEST(Life, AGangEndsAsAWhole) {
    PoolTask gang = TestPool::on_cores(2);
    gang.needs.nodes = 2;
    TestPool pool;
    const NodeId a = pool.node(4), b = pool.node(4);
    const TaskId id = pool.submit(gang);
    pool.all_report(AttemptPhase::kRunning);
    ASSERT_EQ(pool.state(id), Shown::kRunning);
    const Fence fence = pool.attempt_of(id).fence;
    pool.report(a, {pool.says(pool.attempt_of(id), AttemptPhase::kExited, AttemptExit{.kind = ExitKind::kGpuLost})});
    EXPECT_EQ(pool.attempt_of(id).wish, Wish::kStop);
    EXPECT_EQ(pool.state(id), Shown::kRunning);
    pool.report(b, {pool.says(pool.attempt_of(id), AttemptPhase::kExited, AttemptExit{.kind = ExitKind::kError})});
    for (const NodeId node : {a, b}) pool.does(StreamsWhole{node, fence}), pool.does(ObjectsWhole{node, fence});
    EXPECT_EQ(pool.state(id), Shown::kQueued) << "the other rank's error says nothing";
}

TEST(Life, AGpuThatFailedIsNotUsedAgainUntilItsNodeSaysSo) {
    TestPool pool;
    const NodeId node = pool.node(4, {24, 24});
    const TaskId id = pool.submit(pool.on_gpus(1, 10));
    const std::string failed = pool.attempt_of(id).parts[0].gpus[0];
    pool.ends(id, ExitKind::kGpuLost);
    pool.wait(kMinute);
    EXPECT_NE(pool.attempt_of(id).parts[0].gpus[0], failed);
    EXPECT_EQ(pool.world.nodes.at(node).free_gpus(), 0);
}

TEST(Life, ARemovedNodeGivesBackWhatRanThere) {
    Running pool;
    pool.does(NodeRemoved{pool.on});
    EXPECT_EQ(pool.state(pool.task), Shown::kQueued);
    pool.wait(kMinute);
    EXPECT_NE(pool.nodes_of(pool.task)[0], pool.on);
}

TEST(Life, AnOlderConnectionOfANodeIsRefused) {
    Running pool;
    const auto session = pool.world.nodes.at(pool.on).session;
    EXPECT_TRUE(pool.does(NodeConnected{pool.on, session}).refused);
    pool.does(NodeDisconnected{pool.on, session - 1});
    EXPECT_TRUE(pool.world.nodes.at(pool.on).connected);
}

TEST(Life, ANodeThatIsLostOrFallsSilentIsTold) {
    TestPool pool;
    const NodeId lost = pool.node(4), silent = pool.node(4);
    EXPECT_EQ(pool.does(NodeDisconnected{lost, pool.world.nodes.at(lost).session}).nodes, std::vector<NodeId>{lost});
    pool.does(Ticked{});
    pool.now += pool.world.policy.lease + kSecond;
    EXPECT_EQ(pool.does(Ticked{}).nodes, std::vector<NodeId>{silent});
    EXPECT_EQ(state_of(pool.world.nodes.at(silent), pool.world.policy, pool.now), NodeState::kOffline);
    EXPECT_TRUE(pool.does(Ticked{}).nodes.empty()) << "once";
}

TEST(Life, FencesRiseAboveWhatNodesHoldAfterAnOldBackupWasRestored) {
    TestPool pool;
    const NodeId node = pool.node(4);
    AttemptStatus stray{.fence = 500, .task = "77"};
    pool.report(node, {stray});
    const TaskId id = pool.submit(pool.on_cores(1));
    EXPECT_EQ(pool.state(id), TaskState::kQueued) << "what it still runs may hold anything";
    pool.report(node, {});
    EXPECT_GT(pool.attempt_of(id).fence, 500U);
    stray.fence = 1ULL << 52;
    pool.report(node, {stray, pool.says(pool.attempt_of(id), AttemptPhase::kRunning)});
    EXPECT_LT(pool.world.next_fence, 1000U) << "a node cannot use up the numbers";
}

TEST(Life, WishesRiseAboveWhatNodesHoldAfterAnOldBackupWasRestored) {
    Running pool;
    AttemptStatus paused = pool.says(pool.attempt_of(pool.task), AttemptPhase::kPaused);
    paused.wish = Wish::kPause;
    paused.wish_number = 7;
    const Decision decision = pool.report(pool.on, {paused});
    EXPECT_EQ(pool.attempt_of(pool.task).wish_number, 8U) << "so that its node takes up the wish to run";
    EXPECT_EQ(decision.desired, std::vector<NodeId>{pool.on});
}

TEST(Life, ARebuiltWorldGoesOnAsBefore) {
    Running pool;
    const TaskId waiting = pool.submit(pool.on_cores(4, 10)), more = pool.submit(pool.on_cores(4, 5));
    rebuild(pool.world);
    pool.does(MasterStarted{});
    EXPECT_EQ(pool.state(more), Shown::kQueued);
    for (const NodeId node : {pool.first, pool.second}) {
        pool.connect(node);
        pool.report_wanted(node, AttemptPhase::kRunning);
    }
    EXPECT_EQ(pool.attempt_of(pool.task).fence, pool.fence);
    EXPECT_EQ(pool.state(waiting), Shown::kRunning);
    EXPECT_EQ(pool.state(more), Shown::kQueued);
}

}  // namespace
}  // namespace goetia
