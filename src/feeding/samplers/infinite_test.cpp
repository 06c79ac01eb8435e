#include "testkit/samplers.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(Infinite, epochs_of_any_length_continue_where_the_last_one_ended) {
    const auto sampler = sampler_of({{"type", "infinite"}, {"samples", 4}}, counted({6}));
    EXPECT_EQ(sampler->size(), 4);
    Samples stream;
    for (std::uint64_t epoch = 0; epoch < 3; ++epoch) {
        const Samples order = sampler->order(7, epoch);
        EXPECT_EQ(order.size(), 4);
        stream.insert(stream.end(), order.begin(), order.end());
    }
    for (const auto& [sample, count] : counts_of(stream)) EXPECT_EQ(count, 2) << sample;
    EXPECT_EQ(sampler_of({{"type", "infinite"}}, counted({6}))->size(), 6);
    EXPECT_EQ(sampler_of({{"type", "infinite"}, {"samples", 4}}, counted({}))->size(), 0);
}

}  // namespace
}  // namespace goetia
