// What every sampler promises: a pure function of seed and epoch, and ranks whose union is one rank's epoch.
#include "testkit/samplers.h"

namespace goetia {
namespace {

using namespace testkit;

std::shared_ptr<const Dataset> two_sources() {
    AnnotatedSet set;
    set.classes = {"a", "b"};
    set.sources = {{"one", 1}, {"two", 2}};
    for (int i = 0; i < 53; ++i) {
        set.images.push_back(
            {.width = 10 + i % 7, .height = 13, .label = i % 5 == 0, .source = static_cast<std::uint32_t>(i % 3 == 0)});
    }
    return std::make_shared<AnnotatedDataset>(std::move(set));
}

const std::vector<Json>& every_sampler() {
    static const std::vector<Json> kAll{
        {{"type", "aspect_ratio"}, {"batch", 12}},
        {{"type", "class_balanced"}},
        {{"type", "infinite"}, {"samples", 31}},
        {{"type", "repeat_factor"}, {"threshold", 0.7}},
        {{"type", "resample"}, {"factors", {{"b", 2.5}}}},
        {{"type", "sequential"}},
        {{"type", "shuffle"}},
        {{"type", "sources"}, {"strategy", "weighted"}},
        {{"type", "weighted"}, {"weights", "inverse"}},
        {{"type", "window_shuffle"}, {"window", 6}, {"stretch", 2}},
    };
    return kAll;
}

TEST(EverySampler, is_in_the_list) {
    SamplerRegistry registry(Kind::kSampler);
    ASSERT_TRUE(register_builtin_samplers(registry));
    std::vector<std::string> names;
    for (const Json& config : every_sampler()) names.push_back(config["type"]);
    EXPECT_EQ(registry.names(), names);
}

TEST(EverySampler, is_a_pure_function_of_seed_and_epoch) {
    const auto dataset = two_sources();
    for (const Json& config : every_sampler()) {
        const auto sampler = made(config, dataset), twin = made(config, dataset);
        const Samples third = sampler->order(9, 3);
        EXPECT_EQ(static_cast<std::int64_t>(third.size()), sampler->size()) << config;
        EXPECT_EQ(static_cast<std::int64_t>(sampler->order(9, 0).size()), sampler->size()) << config;
        EXPECT_EQ(twin->order(9, 3), third) << config << " must not depend on epochs asked for before";
        for (const std::int64_t one : third) EXPECT_TRUE(one >= 0 && one < dataset->size()) << config;
        if (config["type"] == "sequential") continue;
        EXPECT_NE(sampler->order(9, 4), third) << config;
        EXPECT_NE(sampler->order(8, 3), third) << config;
    }
}

TEST(EverySampler, one_two_and_three_ranks_show_the_same_epoch) {
    const auto dataset = two_sources();
    for (const Json& config : every_sampler()) {
        const Samples whole = made(config, dataset)->order(9, 1);
        for (const int world : {1, 2, 3}) {
            Samples seen;
            std::int64_t padded = 0;
            for (int rank = 0; rank < world; ++rank) {
                // Each rank makes its own sampler, as it does in its own process.
                const RankOrder mine = rank_order(made(config, dataset)->order(9, 1), 12 / world, rank, world, false);
                seen.insert(seen.end(), mine.samples.begin(), mine.samples.end());
                padded = mine.padded;
            }
            Samples expected = whole;
            expected.insert(expected.end(), whole.begin(), whole.begin() + padded);
            EXPECT_EQ(times(seen), times(expected)) << config << " on " << world << " ranks, " << padded << " padded";
        }
    }
}

}  // namespace
}  // namespace goetia
