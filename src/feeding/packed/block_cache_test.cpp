#include "feeding/packed/block_cache.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace goetia {
namespace {

class BlockCacheTest : public testing::Test {
  protected:
    // What the cache gives for a block of ten bytes, and whether it had to be fetched.
    bool fetched(std::uint64_t number, std::uint64_t file = 0) {
        bool asked = false;
        const auto block = cache_.get({file, number}, [&]() -> Result<std::string> {
            asked = true;
            return std::string(10, static_cast<char>('a' + number));
        });
        EXPECT_EQ(*block.value(), std::string(10, static_cast<char>('a' + number)));
        return asked;
    }

    BlockCache cache_{30};
};

TEST_F(BlockCacheTest, evicts_the_least_recently_used) {
    for (const std::uint64_t number : {0, 1, 2}) EXPECT_TRUE(fetched(number));
    EXPECT_FALSE(fetched(0));
    EXPECT_TRUE(fetched(3)) << "now 1 is gone";
    EXPECT_FALSE(fetched(0));
    EXPECT_FALSE(fetched(2));
    EXPECT_TRUE(fetched(1));
}

TEST_F(BlockCacheTest, files_share_its_memory) {
    const std::uint64_t one = cache_.new_file(), other = cache_.new_file();
    for (const std::uint64_t number : {0, 1, 2}) EXPECT_TRUE(fetched(number, one));
    for (const std::uint64_t number : {0, 1, 2}) EXPECT_TRUE(fetched(number, other));
    EXPECT_TRUE(fetched(0, one));
}

TEST_F(BlockCacheTest, a_failed_fetch_is_retried_at_the_next_call) {
    const auto refused =
        cache_.get({0, 0}, [] { return Result<std::string>(make_error(Code::kUnavailable, "no way there")); });
    EXPECT_EQ(refused.error().message, "no way there");
    EXPECT_TRUE(fetched(0));
    EXPECT_FALSE(fetched(0));
}

TEST_F(BlockCacheTest, threads_fetch_a_block_once) {
    std::atomic<int> fetches{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&] {
                for (std::uint64_t number = 0; number < 3; ++number) {
                    const auto block = cache_.get({0, number}, [&]() -> Result<std::string> {
                        ++fetches;
                        return std::string(10, 'x');
                    });
                    EXPECT_EQ(block.value()->size(), 10U);
                }
            });
        }
    }
    EXPECT_EQ(fetches, 3);
}

}  // namespace
}  // namespace goetia
