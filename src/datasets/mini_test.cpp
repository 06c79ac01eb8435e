#include "datasets/mini.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "testkit/datasets.h"

namespace goetia {
namespace {

using namespace testkit;
using Counts = std::vector<std::int64_t>;

TEST(Shares, follow_the_sizes) {
    EXPECT_EQ(allot(10, {60, 30, 10}), (Counts{6, 3, 1}));
    EXPECT_EQ(allot(10, {1000, 1, 1}), (Counts{8, 1, 1})) << "the small ones get one each";
    EXPECT_EQ(allot(2, {5, 5, 5}), (Counts{1, 1, 0}));
    EXPECT_EQ(allot(100, {3, 4}), (Counts{3, 4})) << "no more than there are";
    EXPECT_EQ(allot(0, {3, 4}), (Counts{0, 0}));
    EXPECT_EQ(allot(5, {}), Counts{});
    for (std::int64_t count = 0; count <= 40; ++count) {
        const Counts given = allot(count, {17, 1, 9, 13});
        EXPECT_EQ(std::accumulate(given.begin(), given.end(), std::int64_t{0}), count);
    }
}

std::vector<std::size_t> pick(const AnnotatedSet& set, std::int64_t count, std::uint64_t seed) {
    return select_mini(set, classes_per_image(set).value(), count, seed);
}

AnnotatedSet set_of_counts(const Counts& per_class) {
    AnnotatedSet set;
    for (std::size_t label = 0; label < per_class.size(); ++label) {
        set.classes.push_back(std::to_string(label));
        for (std::int64_t i = 0; i < per_class[label]; ++i)
            set.images.push_back(
                {.name = fmt::format("{}/{}.jpg", label, i), .label = static_cast<std::int64_t>(label)});
    }
    return set;
}

TEST(Mini, keeps_the_balance_and_the_order) {
    const AnnotatedSet set = set_of_counts({100, 50, 10});
    const auto picked = pick(set, 16, 7);
    const AnnotatedSet mini = subset(set, picked);
    Counts counts(3);
    for (const AnnotatedImage& image : mini.images) ++counts[static_cast<std::size_t>(image.label)];
    EXPECT_EQ(counts, (Counts{10, 5, 1}));
    EXPECT_EQ(mini.classes, set.classes);
    EXPECT_TRUE(std::is_sorted(picked.begin(), picked.end()));
    EXPECT_EQ(picked, pick(set, 16, 7));
    EXPECT_NE(picked, pick(set, 16, 8));
}

TEST(Mini, an_image_counts_for_its_rarest_class) {
    AnnotatedSet set{.task = Task::kDetection, .classes = {"car", "bike"}};
    for (int i = 0; i < 20; ++i) {
        AnnotatedImage image{.name = std::to_string(i)};
        image.instances.push_back({.label = 0, .box = {0, 0, 5, 5}});
        if (i == 13) image.instances.push_back({.label = 1, .box = {1, 1, 5, 5}});
        set.images.push_back(image);
    }
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
        const AnnotatedSet mini = subset(set, pick(set, 4, seed));
        ASSERT_EQ(mini.images.size(), 4U);
        EXPECT_TRUE(std::ranges::any_of(mini.images, [](const auto& image) {
            return image.name == "13" && image.instances.size() == 2;
        })) << "the only bike, with all that is marked in its image";
    }
}

TEST(Mini, a_semantic_image_counts_for_the_rarest_class_of_its_mask) {
    const TempFolder folder;
    const auto mask = [&](const std::string& name, std::uint8_t value) {
        write_png(folder / name,
                  {4, 4, 1, std::vector<std::uint8_t>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, value}});
        return folder / name;
    };
    const fs::path plain = mask("plain.png", 0), rare = mask("rare.png", 1);
    AnnotatedSet set{.task = Task::kSemantic, .classes = {"ground", "rare"}};
    for (int i = 0; i < 100; ++i) {
        set.images.push_back({.name = std::to_string(i)});
        set.images.back().mask = i == 57 ? rare : plain;
    }
    EXPECT_EQ(classes_per_image(set).value()[57], (std::vector<std::int64_t>{0, 1})) << "255 is not a class";
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
        const auto picked = pick(set, 10, seed);
        EXPECT_EQ(picked.size(), 10U);
        EXPECT_EQ(std::ranges::count(picked, 57U), 1) << seed;
    }
    set.images[3].mask = folder / "none.png";
    EXPECT_EQ(classes_per_image(set).error().code, Code::kNotFound);
}

TEST(Mini, numbers_keep_their_spread) {
    AnnotatedSet set{.task = Task::kRegression, .targets = {"age"}};
    for (int i = 0; i < 100; ++i) set.images.push_back({.name = std::to_string(i), .values = {static_cast<double>(i)}});
    const AnnotatedSet mini = subset(set, pick(set, 10, 1));
    for (std::size_t i = 0; i < 10; ++i) {
        EXPECT_GE(mini.images[i].values[0], 9.9 * static_cast<double>(i));
        EXPECT_LE(mini.images[i].values[0], 9.9 * static_cast<double>(i + 1));
    }
}

}  // namespace
}  // namespace goetia
