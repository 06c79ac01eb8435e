#include "master/overview/overview.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"

namespace goetia {
namespace {

Json a_node(const std::string& state, int cores, double processor, const Json& gpus = Json::array()) {
    return {{"state", state},
            {"cores", cores},
            {"free_cores", cores - 1},
            {"memory", 1000},
            {"facts", {{"disk", 50}}},
            {"gpus", gpus},
            {"use", {{"processor", processor}, {"memory", 400}, {"disk", 20}}}};
}

TEST(PoolOverview, SumsOverTheNodesThatAnswer) {
    const Json gpus = {{{"attempt", 7}, {"memory", 24}, {"memory_used", 12}, {"utilisation", 0.5}},
                       {{"attempt", nullptr}, {"memory", 24}}};
    Json silent = a_node("suspect", 2, 0);
    silent["use"] = nullptr, silent["facts"] = nullptr;
    const Json told =
        pool_overview({a_node("online", 6, 0.5, gpus), a_node("offline", 64, 1), silent, a_node("online", 2, 1)});
    EXPECT_EQ(told["nodes"], 4);
    EXPECT_EQ(told["node_states"], (Json{{"offline", 1}, {"online", 2}, {"suspect", 1}}));
    EXPECT_EQ(told["gpus"], 2);
    EXPECT_EQ(told["gpus_taken"], 1);
    EXPECT_EQ(told["gpu_use"], 0.25);
    EXPECT_EQ(told["gpu_memory_used"], 12);
    EXPECT_EQ(told["cores"], 10);
    EXPECT_EQ(told["cores_taken"], 3);
    EXPECT_EQ(told["processor_use"], (6 * 0.5 + 2) / 8) << "of those that said";
    EXPECT_EQ(told["memory"], 3000);
    EXPECT_EQ(told["memory_used"], 800);
    EXPECT_EQ(told["disk"], 100);
    EXPECT_EQ(told["disk_used"], 40);
}

TEST(PoolOverview, KnowsNothingOfAPoolWithoutNodes) {
    const Json told = pool_overview({});
    EXPECT_EQ(told["nodes"], 0);
    EXPECT_EQ(told["gpu_use"], nullptr);
    EXPECT_EQ(told["processor_use"], nullptr);
}

}  // namespace
}  // namespace goetia
