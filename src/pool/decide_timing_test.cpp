// What a decision costs: microseconds, whatever the size of the pool.
#include <chrono>

#include "pool/pool_test_kit.h"

namespace goetia {
namespace {

double microseconds_of(const std::function<void()>& work) {
    const auto begun = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begun).count();
}

TEST(DecideTiming, ANoopTaskOnAnIdlePoolOfAThousandNodesCostsMicroseconds) {
    TestPool pool;
    for (int i = 0; i < 1000; ++i) pool.node(4);
    constexpr int kTasks = 2000;
    std::vector<double> costs;
    for (int i = 0; i < kTasks; ++i) {
        PoolTask task = pool.on_cores(1);
        task.noop = true;
        TaskId id = 0;
        costs.push_back(microseconds_of([&] { id = pool.submit(task); }));
        const Attempt attempt = pool.attempt_of(id);
        costs.back() += microseconds_of(
            [&] { pool.report(attempt.parts[0].node, {pool.says(attempt, AttemptPhase::kClosed, AttemptExit{})}); });
        ASSERT_EQ(pool.finished.at(id).state, TaskState::kCompleted);
    }
    std::ranges::nth_element(costs, costs.begin() + kTasks / 2);
    RecordProperty("microseconds", std::to_string(costs[kTasks / 2]));
    std::printf("submit and completion: %.1f us\n", costs[kTasks / 2]);
    EXPECT_LT(costs[kTasks / 2], 60);
}

TEST(DecideTiming, ALongLineIsNotSearchedForEachEvent) {
    TestPool pool;
    pool.node(1, {24});
    pool.submit(pool.on_cores(1));
    for (int i = 0; i < 50000; ++i) pool.submit(pool.on_gpus(1, 10 + i % 10, i % 100));
    double spent = 0;
    constexpr int kMore = 1000;
    for (int i = 0; i < kMore; ++i) spent += microseconds_of([&] { pool.submit(pool.on_gpus(1, 10, 50)); });
    std::printf("submit to a line of 50,000: %.1f us\n", spent / kMore);
    EXPECT_LT(spent / kMore, 100);
}

}  // namespace
}  // namespace goetia
