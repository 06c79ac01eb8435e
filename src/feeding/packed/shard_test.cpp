#include "feeding/packed/shard.h"

#include <gtest/gtest.h>

namespace goetia {
namespace {

TEST(QuickSum, detects_any_single_bit) {
    std::string bytes(100, 'x');
    const std::uint64_t sum = quick_sum(bytes);
    for (std::size_t i = 0; i < bytes.size() * 8; ++i) {
        bytes[i / 8] = static_cast<char>(bytes[i / 8] ^ 1 << i % 8);
        EXPECT_NE(quick_sum(bytes), sum) << i;
        bytes[i / 8] = static_cast<char>(bytes[i / 8] ^ 1 << i % 8);
    }
    EXPECT_NE(quick_sum(bytes + '\0'), quick_sum(bytes)) << "the length counts";
}

}  // namespace
}  // namespace goetia
