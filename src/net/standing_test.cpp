#include "net/standing.h"

#include <thread>

#include <gtest/gtest.h>

namespace goetia {
namespace {

TEST(Standing, ClosesWhatHangsOnItOnce) {
    Standing standing;
    const auto socket = std::make_shared<int>(), other = std::make_shared<int>();
    int closed = 0;
    standing.hold(socket, [&] { ++closed; });
    standing.hold(other, [&] { ++closed; });
    EXPECT_FALSE(standing.has_ended());
    standing.end();
    EXPECT_TRUE(standing.has_ended());
    EXPECT_EQ(closed, 2);
    standing.end();
    EXPECT_EQ(closed, 2);
}

TEST(Standing, ForgetsWhatIsGone) {
    Standing standing;
    int closed = 0;
    for (int i = 0; i < 1000; ++i) standing.hold(std::make_shared<int>(), [&] { ++closed; });
    standing.end();
    EXPECT_EQ(closed, 0);
}

TEST(Standing, ClosesAtOnceWhatComesTooLate) {
    Standing standing;
    standing.end();
    int closed = 0;
    const auto socket = std::make_shared<int>();
    standing.hold(socket, [&] { ++closed; });
    EXPECT_EQ(closed, 1);
}

TEST(Standing, ClosesEverythingThatRacesWithItsEnd) {
    for (int round = 0; round < 100; ++round) {
        Standing standing;
        std::atomic<int> closed{0};
        const auto socket = std::make_shared<int>();
        std::thread ends([&] { standing.end(); });
        for (int i = 0; i < 20; ++i) standing.hold(socket, [&] { ++closed; });
        ends.join();
        EXPECT_EQ(closed, 20);
    }
}

}  // namespace
}  // namespace goetia
