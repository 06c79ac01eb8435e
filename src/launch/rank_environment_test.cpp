#include "launch/rank_environment.h"

#include <gtest/gtest.h>

namespace goetia {
namespace {

TEST(RankEnvironment, contains_rank_world_store_and_threads) {
    const auto variables =
        rank_environment({.rank = 1, .world = 2, .store_port = 4321, .threads = 3, .store_secret = "s3"});
    EXPECT_EQ(variables.at("GOETIA_RANK"), "1");
    EXPECT_EQ(variables.at("GOETIA_WORLD"), "2");
    EXPECT_EQ(variables.at("GOETIA_STORE"), "127.0.0.1:4321");
    EXPECT_EQ(variables.at("GOETIA_STORE_SECRET"), "s3");
    EXPECT_EQ(variables.at("OMP_NUM_THREADS"), "3");
    EXPECT_EQ(variables.at("OMP_WAIT_POLICY"), "PASSIVE");
}

TEST(RankEnvironment, one_rank_needs_no_store) { EXPECT_FALSE(rank_environment({}).contains("GOETIA_STORE")); }

TEST(RankEnvironment, cores_are_divided_among_the_ranks) {
    EXPECT_EQ(threads_per_rank(0, 8, 1), 8);
    EXPECT_EQ(threads_per_rank(0, 8, 3), 2);
    EXPECT_EQ(threads_per_rank(0, 2, 4), 1) << "at least one each";
    EXPECT_EQ(threads_per_rank(5, 8, 2), 5) << "what the configuration says wins";
}

TEST(RankEnvironment, a_quota_counts_as_whole_cores) {
    EXPECT_EQ(cores_of_quota("200000 100000\n"), 2);
    EXPECT_EQ(cores_of_quota("150000 100000\n"), 2);
    EXPECT_EQ(cores_of_quota("max 100000\n"), 0);
    EXPECT_EQ(cores_of_quota(""), 0);
}

TEST(RankEnvironment, this_machine_has_a_core_and_a_free_port) {
    EXPECT_GE(physical_cores(), 1);
    EXPECT_GT(free_port(), 1023);
}

}  // namespace
}  // namespace goetia
