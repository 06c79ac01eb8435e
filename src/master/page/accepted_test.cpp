#include "master/page/accepted.h"

#include <gtest/gtest.h>

namespace goetia {
namespace {

TEST(Accepted, ReadsTheWeightOfAWord) {
    EXPECT_EQ(accepted_weight("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"), 1);
    EXPECT_EQ(accepted_weight("gzip, deflate, br;q=0.5 , zstd", "br"), 0.5);
    EXPECT_EQ(accepted_weight("TEXT/HTML ; level=1 ; Q=0.25", "text/html"), 0.25);
    EXPECT_EQ(accepted_weight("gzip;q=0", "gzip"), 0);
}

TEST(Accepted, NamesOnlyWholeWords) {
    EXPECT_EQ(accepted_weight("", "br"), std::nullopt);
    EXPECT_EQ(accepted_weight("brotli, xbr, *", "br"), std::nullopt);
    EXPECT_EQ(accepted_weight("text/htmlx", "text/html"), std::nullopt);
    EXPECT_EQ(accepted_weight(",,;,;;q=1,", "br"), std::nullopt);
}

TEST(Accepted, TakesAWeightThatIsNoneAsARefusal) {
    for (const char* header : {"br;q=", "br;q=x", "br;q=2", "br;q=-1", "br;q=0.5x", "br;q=nan"}) {
        EXPECT_EQ(accepted_weight(header, "br"), 0) << header;
    }
}

}  // namespace
}  // namespace goetia
