#include "testkit/samplers.h"

namespace goetia {
namespace {

using namespace testkit;

std::shared_ptr<const Dataset> sourced(const std::vector<int>& counts, const std::vector<double>& weights) {
    AnnotatedSet set;
    for (std::size_t s = 0; s < counts.size(); ++s) {
        set.sources.push_back({fmt::format("source {}", s), weights[s]});
        for (int i = 0; i < counts[s]; ++i) set.images.push_back({.source = static_cast<std::uint32_t>(s)});
    }
    return std::make_shared<AnnotatedDataset>(std::move(set));
}

std::map<std::uint32_t, int> shares(const Samples& order, const Dataset& dataset) {
    std::map<std::uint32_t, int> counts;
    for (const std::int64_t one : order) ++counts[dataset.info(one)->source];
    return counts;
}

TEST(Sources, weighted_gives_each_source_its_share) {
    const auto dataset = sourced({100, 60, 20}, {1.0, 0.5, 0.3});
    const auto sampler = sampler_of({{"type", "sources"}, {"strategy", "weighted"}}, dataset);
    EXPECT_EQ(sampler->size(), 180);
    EXPECT_EQ(shares(sampler->order(1, 0), *dataset), (std::map<std::uint32_t, int>{{0, 100}, {1, 50}, {2, 30}}));
    std::set<std::int64_t> seen;
    for (std::uint64_t epoch = 0; epoch < 2; ++epoch) {
        for (const std::int64_t one : sampler->order(1, epoch)) seen.insert(one);
    }
    EXPECT_EQ(seen.size(), 180) << "the second epoch continues where the first ended";
    EXPECT_EQ(sampler_of({{"type", "sources"}, {"strategy", "weighted"}, {"samples", 18}}, dataset)->size(), 18);
}

TEST(Sources, a_set_of_several_sources_is_drawn_as_its_section_says) {
    const TempFolder folder;
    make_classes(folder / "one", "train", {"cat", "dog", "horse"}, 1);
    make_classes(folder / "two", "train", {"cat", "dog"}, 1);
    const auto source = [&](const char* name, double weight) {
        return Json{{"type", "ImageFolder"}, {"data_root", (folder / name).native()}, {"weight", weight}};
    };
    const std::shared_ptr<const Dataset> dataset =
        open({{"type", "MultiSourceDataset"},
              {"sources", {source("one", 1), source("two", 0.5)}},
              {"sampling", {{"strategy", "weighted"}, {"resample_epoch", false}}}})
            .value();
    const auto sampler = sampler_of(dataset->default_sampler(), dataset);
    EXPECT_EQ(shares(sampler->order(1, 0), *dataset)[1], 2) << "a third of five";
}

TEST(Sources, without_resampling_every_epoch_takes_the_same_samples_in_another_order) {
    const auto dataset = sourced({100, 60}, {1, 3});
    for (const char* strategy : {"weighted", "round_robin"}) {
        const auto sampler =
            sampler_of({{"type", "sources"}, {"strategy", strategy}, {"resample_epoch", false}}, dataset);
        const Samples first = sampler->order(1, 0), second = sampler->order(1, 1);
        EXPECT_EQ(counts_of(first), counts_of(second));
        EXPECT_NE(first, second);
    }
    const auto anew = sampler_of({{"type", "sources"}, {"strategy", "weighted"}}, dataset);
    EXPECT_NE(counts_of(anew->order(1, 0)), counts_of(anew->order(1, 1)));
}

TEST(Sources, round_robin_takes_turns_until_the_largest_was_seen) {
    const auto dataset = sourced({5, 2, 0, 3}, {1, 1, 1, 1});
    const auto sampler = sampler_of({{"type", "sources"}, {"strategy", "round_robin"}}, dataset);
    const Samples order = sampler->order(1, 0);
    ASSERT_EQ(order.size(), 15);
    EXPECT_EQ(sampler->size(), 15);
    for (std::size_t i = 0; i < 15; ++i)
        EXPECT_EQ(dataset->info(order[i])->source, (std::vector<std::uint32_t>{0, 1, 3}[i % 3]));
    const auto counts = counts_of(order);
    for (std::int64_t i = 0; i < 5; ++i) EXPECT_EQ(counts.at(i), 1);
    EXPECT_EQ(counts.at(5) + counts.at(6), 5);
}

TEST(Sources, concat_takes_every_sample_once_whatever_the_weights) {
    const auto dataset = sourced({5, 2}, {0.1, 7});
    const Samples order = sampler_of({{"type", "sources"}}, dataset)->order(1, 0);
    EXPECT_THAT(order, testing::UnorderedElementsAre(0, 1, 2, 3, 4, 5, 6));
}

TEST(Sources, refuses_unsuitable_data_sets_and_weights) {
    EXPECT_THAT(to_string(try_sampler({{"type", "sources"}}, counted({3})).error()),
                testing::EndsWith("the data set does not consist of sources; use sampler 'shuffle', or dataset.type "
                                  "'MultiSourceDataset'"));
    EXPECT_THAT(
        to_string(try_sampler({{"type", "sources"}, {"strategy", "weighted"}}, sourced({3, 0}, {0, 1})).error()),
        testing::EndsWith("the weights of the sources leave no samples; make one of them greater than 0"));
    EXPECT_THAT(to_string(try_sampler({{"type", "sources"}, {"samples", 3}}, sourced({3}, {1})).error()),
                testing::EndsWith("dataset.sampler.samples goes with strategy 'weighted' only, found with 'concat'"));
}

}  // namespace
}  // namespace goetia
