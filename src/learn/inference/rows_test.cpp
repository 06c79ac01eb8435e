#include "learn/inference/rows.h"

#include <gtest/gtest.h>

namespace goetia {
namespace {

FoundObject found_at(const Box& box, std::int64_t label, float score) {
    return {.box = box, .label = label, .score = score, .mask = {}};
}

Instance there_at(const Box& box, std::int64_t label) {
    Instance one;
    one.box = box, one.label = label;
    return one;
}

TEST(Rows, probabilities_are_the_softmax_of_the_row) {
    const ClassScores found{.classes = 2, .scores = {0, 0, 1000, 1000 + std::log(3.0F)}};
    EXPECT_EQ(probabilities(found, 0), (std::vector<double>{0.5, 0.5}));
    EXPECT_NEAR(probabilities(found, 1)[1], 0.75, 1e-4);
}

TEST(Rows, a_right_class_is_not_wrong) {
    const ClassScores found{.classes = 2, .scores = {0, 2, 0, 2}};
    const Truth truth{.labels = {1, 0}};
    EXPECT_EQ(wrongness(found, truth, 0, 0.5), 0);
    EXPECT_NEAR(wrongness(found, truth, 1, 0.5), 1 - 1 / (1 + std::exp(2.0)), 1e-6);
}

TEST(Rows, objects_are_missed_or_found_where_there_is_none) {
    const Box here{0, 0, 10, 10}, there{50, 50, 60, 60};
    Truth truth;
    truth.objects = {{there_at(here, 0), there_at(there, 1)}};
    const auto wrong = [&](std::vector<FoundObject> objects) {
        return wrongness(FoundObjects{{std::move(objects)}}, truth, 0, 0.5);
    };
    EXPECT_EQ(wrong({found_at(here, 0, 0.9F), found_at(there, 1, 0.9F)}), 0);
    EXPECT_EQ(wrong({found_at(here, 0, 0.9F)}), 1) << "one is missed";
    EXPECT_EQ(wrong({found_at(here, 1, 0.9F), found_at(there, 1, 0.9F)}), 2) << "the wrong class: missed and false";
    EXPECT_EQ(wrong({found_at(here, 0, 0.9F), found_at(here, 0, 0.8F), found_at(there, 1, 0.9F)}), 1) << "found twice";
    EXPECT_EQ(wrong({found_at(here, 0, 0.4F), found_at(there, 1, 0.9F)}), 1) << "not sure enough";
}

TEST(Rows, maps_are_wrong_by_their_share_of_pixels) {
    ClassMaps found;
    found.rows = {Image{2, 2, 1, {0, 1, 1, 0}}};
    Truth truth;
    truth.class_maps = {Image{2, 2, 1, {0, 0, 255, 0}}};
    EXPECT_DOUBLE_EQ(wrongness(found, truth, 0, 0.5), 1.0 / 3);
}

TEST(Rows, values_are_wrong_by_their_mean_distance) {
    const TargetValues found{.targets = 2, .values = {9, 9, 1, 4}};
    Truth truth;
    truth.values = {9, 9, 2, 7};
    EXPECT_DOUBLE_EQ(wrongness(found, truth, 1, 0.5), 2);
}

TEST(Rows, are_described_in_one_line) {
    const std::vector<std::string> classes{"cat", "dog"};
    EXPECT_EQ(described(ClassScores{2, {0, 20}}, 0, classes, 0.5), "dog (1.000)");
    EXPECT_EQ(described(FoundObjects{{{found_at({}, 0, 0.9F), found_at({}, 1, 0.2F)}}}, 0, classes, 0.5),
              "1 object: cat 0.90");
    EXPECT_EQ(described(FoundObjects{{{}}}, 0, classes, 0.5), "no object with a score of at least 0.5");
    EXPECT_EQ(described(TargetValues{1, {40.25}}, 0, {}, 0.5), "40.25");
    ClassMaps maps;
    maps.rows = {Image{2, 2, 1, {1, 1, 1, 0}}};
    EXPECT_EQ(described(maps, 0, classes, 0.5), "25.0% cat, 75.0% dog");
}

TEST(Rows, show_what_was_found_in_place_of_the_truth) {
    Sample loaded;
    loaded.label = 1, loaded.instances = {there_at({0, 0, 1, 1}, 1)};
    const Sample seen =
        with_found(loaded, FoundObjects{{{found_at({1, 2, 3, 4}, 0, 0.9F), found_at({}, 0, 0.1F)}}}, 0, 0.5);
    EXPECT_EQ(seen.label, -1);
    ASSERT_EQ(seen.instances.size(), 1U);
    EXPECT_EQ(seen.instances[0].box, (Box{1, 2, 3, 4}));
    EXPECT_FLOAT_EQ(seen.instances[0].score, 0.9F);
}

}  // namespace
}  // namespace goetia
