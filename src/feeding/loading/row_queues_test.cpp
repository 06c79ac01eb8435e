#include "feeding/loading/row_queues.h"

#include <latch>
#include <set>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/random.h"

namespace goetia {
namespace {

using testing::ElementsAre;
using Making = std::shared_ptr<PendingBatch>;

Making batch_of(std::int64_t number, std::size_t rows) {
    static const Allocate kNothing;
    auto order = std::make_shared<EpochOrder>();
    order->samples.resize(rows);
    return std::make_shared<PendingBatch>(std::move(order), number, 0, rows, kNothing, PixelType::kFloat32);
}

// "batch:row", or "-".
std::string text_of_row(const std::optional<RowTask>& row) {
    return row ? fmt::format("{}:{}", row->batch->builder.index(), row->row) : "-";
}

std::vector<std::string> taken(RowQueues& queues, std::size_t thread, int times) {
    std::vector<std::string> rows;
    for (int i = 0; i < times; ++i) rows.push_back(text_of_row(queues.take(thread)));
    return rows;
}

// In any order of threads: every row once, and no row of a batch while an older one has rows left.
TEST(RowQueues, gives_every_row_once_and_the_oldest_batch_first) {
    for (std::size_t threads = 1; threads <= 16; ++threads) {
        RowQueues queues(threads);
        Random random({.seed = 3, .sample = threads});
        std::size_t dealt = 0;
        std::int64_t batch = 0;
        for (const std::size_t rows : {1, 5, 64, 3, 17}) queues.deal(batch_of(batch++, rows)), dealt += rows;

        std::set<std::string> rows;
        std::int64_t oldest = 0;
        while (const auto row = queues.take(random() % threads)) {
            EXPECT_GE(row->batch->builder.index(), oldest) << threads << " threads";
            oldest = row->batch->builder.index();
            EXPECT_TRUE(rows.insert(text_of_row(row)).second) << text_of_row(row) << " twice";
        }
        EXPECT_EQ(rows.size(), dealt) << threads << " threads";
        for (std::size_t i = 0; i < threads; ++i) EXPECT_FALSE(queues.take(i));
    }
}

TEST(RowQueues, deals_equal_stretches_and_turns_who_has_a_row_less) {
    RowQueues queues(3);
    queues.deal(batch_of(0, 8));
    EXPECT_THAT(taken(queues, 0, 2), ElementsAre("0:0", "0:1"));
    EXPECT_THAT(taken(queues, 1, 3), ElementsAre("0:2", "0:3", "0:4"));
    EXPECT_THAT(taken(queues, 2, 3), ElementsAre("0:5", "0:6", "0:7"));
    queues.deal(batch_of(1, 8));
    EXPECT_THAT(taken(queues, 1, 2), ElementsAre("1:0", "1:1"));
    EXPECT_THAT(taken(queues, 2, 3), ElementsAre("1:2", "1:3", "1:4"));
    EXPECT_THAT(taken(queues, 0, 3), ElementsAre("1:5", "1:6", "1:7"));
}

TEST(RowQueues, a_thread_steals_the_upper_half_of_the_largest_share) {
    RowQueues queues(3);
    queues.deal(batch_of(0, 15));
    EXPECT_THAT(taken(queues, 1, 3), ElementsAre("0:5", "0:6", "0:7"));  // 2 left
    EXPECT_THAT(taken(queues, 2, 1), ElementsAre("0:10"));               // 4 left
    EXPECT_THAT(taken(queues, 0, 6), ElementsAre("0:0", "0:1", "0:2", "0:3", "0:4", "0:13"));
    EXPECT_THAT(taken(queues, 2, 2), ElementsAre("0:11", "0:12"));
    EXPECT_THAT(taken(queues, 2, 1), ElementsAre("0:9")) << "of the two that the second thread has left";
    EXPECT_THAT(taken(queues, 0, 2), ElementsAre("0:14", "0:8")) << "its own to the end, then the last one";
    EXPECT_THAT(taken(queues, 1, 1), ElementsAre("-"));
}

TEST(RowQueues, a_batch_is_helped_to_its_end_before_the_next_is_begun) {
    RowQueues queues(2);
    queues.deal(batch_of(0, 6));
    queues.deal(batch_of(1, 4));
    EXPECT_THAT(taken(queues, 0, 1), ElementsAre("0:0"));  // and stays there
    EXPECT_THAT(taken(queues, 1, 5), ElementsAre("0:3", "0:4", "0:5", "0:2", "0:1"));
    EXPECT_THAT(taken(queues, 1, 5), ElementsAre("1:0", "1:1", "1:3", "1:2", "-"));
    EXPECT_THAT(taken(queues, 0, 1), ElementsAre("-"));
}

TEST(RowQueues, dropped_rows_are_gone_and_a_row_being_built_keeps_its_batch) {
    RowQueues queues(2);
    Making first = batch_of(7, 8), second = batch_of(8, 8);
    queues.deal(first);
    queues.deal(second);
    const std::optional<RowTask> row = queues.take(0);
    const std::weak_ptr<PendingBatch> begun = std::exchange(first, {}), waiting = std::exchange(second, {});
    queues.drop();
    EXPECT_TRUE(waiting.expired());
    ASSERT_EQ(begun.lock().get(), row->batch);

    queues.deal(batch_of(0, 2));
    EXPECT_THAT(taken(queues, 0, 3), ElementsAre("0:0", "0:1", "-"));
    EXPECT_TRUE(begun.expired());
}

// Many times, so that the other thread already sleeps in some of them and not yet in others.
TEST(RowQueues, wait_returns_once_they_are_closed) {
    for (int time = 0; time < 200; ++time) {
        RowQueues queues(2);
        queues.deal(batch_of(0, 2));
        EXPECT_EQ(text_of_row(queues.wait(1)), "0:1");
        std::latch has_its_row(1);
        std::jthread waiting([&] {
            EXPECT_EQ(text_of_row(queues.wait(0)), "0:0");
            has_its_row.count_down();
            EXPECT_FALSE(queues.wait(0));
        });
        has_its_row.wait();
        queues.close();
        queues.deal(batch_of(1, 0));
        EXPECT_FALSE(queues.wait(1));
    }
}

// Batches of all sizes, some epochs abandoned halfway: each row is built by one thread, and no batch waits forever.
TEST(RowQueues, threads_build_each_row_once_whatever_is_dropped) {
    constexpr std::size_t kThreads = 6;
    RowQueues queues(kThreads);
    std::atomic<std::int64_t> made = 0;
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < kThreads; ++i) {
        threads.emplace_back([&, i] {
            while (const auto row = queues.wait(i)) {
                row->batch->builder.fail(row->row, failed("made"));
                ++made;
                if (row->batch->row_done()) row->batch->result.set_value(Batch{.index = row->batch->builder.index()});
            }
        });
    }
    Random random({.seed = 11});
    std::int64_t dealt = 0;
    for (int epoch = 0; epoch < 300; ++epoch) {
        std::vector<Making> batches;
        for (std::int64_t number = 0; number < 4; ++number) {
            batches.push_back(batch_of(number, 1 + random() % 40));
            queues.deal(batches.back());
            dealt += batches.back()->builder.rows();
        }
        const std::size_t waited_for = random.chance(0.5) ? 1 : batches.size();
        for (std::size_t i = 0; i < waited_for; ++i) {
            auto whole = batches[i]->result.get_future();
            ASSERT_EQ(whole.wait_for(std::chrono::minutes(1)), std::future_status::ready) << "epoch " << epoch;
            EXPECT_EQ(whole.get()->index, static_cast<std::int64_t>(i));
            EXPECT_EQ(batches[i]->missing, 0);
        }
        queues.drop();
        for (const Making& batch : batches) EXPECT_GE(batch->missing, 0);
    }
    queues.close();
    threads.clear();
    EXPECT_LE(made, dealt);
}

}  // namespace
}  // namespace goetia
