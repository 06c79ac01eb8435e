#include "master/service/heartbeats.h"

#include <gtest/gtest.h>

namespace goetia {
namespace {

std::string drawn_spans(const Heartbeats& heartbeats, double now) {
    std::string drawn;
    for (const std::optional<bool>& span : heartbeats.shown(now)) drawn += !span ? '.' : *span ? '+' : '-';
    return drawn;
}

std::string last_spans(const Heartbeats& heartbeats, double now, std::size_t count) {
    const std::string drawn = drawn_spans(heartbeats, now);
    return drawn.substr(drawn.size() - count);
}

TEST(Heartbeats, SayOfEachSpanWhetherTheNodeWasHeard) {
    Heartbeats heartbeats;
    EXPECT_EQ(drawn_spans(heartbeats, 1000), std::string(40, '.'));
    heartbeats.heard(3000);
    heartbeats.heard(3001);
    heartbeats.heard(3030);
    heartbeats.heard(3095);
    EXPECT_EQ(last_spans(heartbeats, 3095, 6), "..++-+");
    EXPECT_EQ(last_spans(heartbeats, 3121, 6), ".++-+.") << "the last span is not over";
    EXPECT_EQ(last_spans(heartbeats, 3151, 6), "++-+-.");
    EXPECT_EQ(drawn_spans(heartbeats, 3095 + 3000), std::string(39, '-') + ".");
}

TEST(Heartbeats, KnowWhatWasMissedSinceTheyWereBegun) {
    Heartbeats heartbeats(600);
    EXPECT_EQ(last_spans(heartbeats, 661, 4), ".--.");
    heartbeats.heard(5000);
    EXPECT_EQ(drawn_spans(heartbeats, 5000), std::string(39, '-') + "+");
}

}  // namespace
}  // namespace goetia
