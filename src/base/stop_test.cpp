#include "base/stop.h"

#include <thread>

#include <gtest/gtest.h>

namespace goetia {
namespace {

TEST(StopToken, copies_share_one_request) {
    StopToken token;
    const StopToken copy = token;
    EXPECT_FALSE(copy.stop_requested());
    std::thread([token]() mutable { token.request_stop(); }).join();
    EXPECT_TRUE(token.stop_requested());
    EXPECT_TRUE(copy.stop_requested());
    EXPECT_FALSE(StopToken().stop_requested());
}

}  // namespace
}  // namespace goetia
