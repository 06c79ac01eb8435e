#include "base/parallel.h"

#include <atomic>
#include <vector>

#include <gtest/gtest.h>

namespace goetia {
namespace {

TEST(Parallel, runs_each_number_once) {
    for (const int threads : {0, 1, 3, 16}) {
        std::vector<std::atomic<int>> done(1000);
        std::int64_t reported = -1;
        ParallelOptions options{.threads = threads, .on_progress = [&](std::int64_t now, std::int64_t all) {
                                    EXPECT_EQ(all, 1000);
                                    EXPECT_GE(now, reported);
                                    reported = now;
                                }};
        ASSERT_TRUE(parallel_for(1000, options, [&](std::int64_t i) {
            ++done[static_cast<std::size_t>(i)];
            return Status();
        }));
        EXPECT_EQ(reported, 1000);
        for (const auto& one : done) EXPECT_EQ(one, 1);
    }
}

TEST(Parallel, nothing_to_do_succeeds) {
    EXPECT_TRUE(parallel_for(0, {}, [](std::int64_t) { return Status(failed("called")); }));
}

TEST(Parallel, an_error_stops_the_loop) {
    std::atomic<int> calls{0};
    const Status done = parallel_for(1'000'000, {.threads = 4}, [&](std::int64_t i) -> Status {
        ++calls;
        if (i == 5) return failed("number {}", i);
        return {};
    });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().message, "number 5");
    EXPECT_LT(calls, 1'000'000);
}

TEST(Parallel, a_stop_request_stops_the_loop) {
    ParallelOptions options;
    std::atomic<int> calls{0};
    const Status done = parallel_for(1'000'000, options, [&](std::int64_t) {
        if (++calls == 10) options.stop.request_stop();
        return Status();
    });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Code::kCancelled);
    EXPECT_LT(calls, 1'000'000);
}

}  // namespace
}  // namespace goetia
