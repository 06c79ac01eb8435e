#include "base/clock.h"

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <thread>

#include <gtest/gtest.h>

namespace goetia {
namespace {

TEST(Clock, formats_a_time_in_three_ways) {
    const WallTime moment = std::chrono::system_clock::from_time_t(1751005852);
    EXPECT_EQ(iso_time(moment), "2025-06-27T06:30:52Z");
    EXPECT_DOUBLE_EQ(to_seconds(moment), 1751005852.0);
    const char* zone = std::getenv("TZ");
    const std::string before = zone != nullptr ? zone : "";
    ::setenv("TZ", "CST-8", 1);
    ::tzset();
    EXPECT_EQ(compact_local_time(moment), "20250627_143052");
    EXPECT_EQ(readable_local_time(moment), "2025-06-27 14:30:52");
    zone != nullptr ? ::setenv("TZ", before.c_str(), 1) : ::unsetenv("TZ");
    ::tzset();
}

TEST(Clock, formats_durations) {
    EXPECT_EQ(readable_duration(3.21), "3.2s");
    EXPECT_EQ(readable_duration(125), "2min 05s");
    EXPECT_EQ(readable_duration(4980), "1h 23min");
    EXPECT_EQ(readable_duration(0), "0.0s");
}

TEST(Clock, never_shows_sixty_seconds_or_minutes) {
    EXPECT_EQ(readable_duration(59.99), "1min 00s");
    EXPECT_EQ(readable_duration(3599.7), "1h 00min");
    EXPECT_EQ(readable_duration(119.8), "2min 00s");
    EXPECT_EQ(readable_duration(7199.9), "2h 00min");
}

TEST(Clock, steady_seconds_are_monotonic) {
    double last = steady_seconds();
    for (int i = 0; i < 1000; ++i) {
        const double next = steady_seconds();
        ASSERT_GE(next, last);
        last = next;
    }
}

TEST(Clock, processor_seconds_grow_only_with_work) {
    const double begin = processor_seconds();
    while (processor_seconds() < begin + 0.01) {
    }
    const double before = processor_seconds();
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    EXPECT_LT(processor_seconds() - before, 0.1);
}

}  // namespace
}  // namespace goetia
