#include "base/nearest.h"

#include <gtest/gtest.h>

namespace goetia {
namespace {

const std::vector<std::string> kNames{"ResNet18", "ResNet50", "ColorJitter", "batch_size", "lr"};

TEST(NearestName, finds_typos) {
    EXPECT_EQ(nearest_name("ResNet5", kNames), "ResNet50");
    EXPECT_EQ(nearest_name("resnet50", kNames), "ResNet50");
    EXPECT_EQ(nearest_name("ColourJitter", kNames), "ColorJitter");
    EXPECT_EQ(nearest_name("bacth_size", kNames), "batch_size");
    EXPECT_EQ(nearest_name("l", kNames), "lr");
}

TEST(NearestName, is_empty_when_nothing_is_near) {
    EXPECT_EQ(nearest_name("momentum", kNames), "");
    EXPECT_EQ(nearest_name("anything", {}), "");
}

TEST(NearestName, swapped_neighbours_count_once) {
    EXPECT_EQ(nearest_name("abdc", {"abce", "abcd"}), "abcd");
    EXPECT_EQ(nearest_name("rl", {"xy", "lr"}), "lr");
}

}  // namespace
}  // namespace goetia
