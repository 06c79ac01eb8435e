#include <gtest/gtest.h>

#include "metrics/coco_summary.h"

namespace goetia {
namespace {

using Boxes = std::vector<std::array<double, 4>>;

Matched matched(const Boxes& found, const std::vector<double>& scores, const Boxes& truth,
                std::vector<CocoTruth> truths = {}) {
    truths.resize(truth.size());
    CocoImage image{.scores = scores, .areas = {}, .truths = {}, .overlaps = {}};
    for (std::size_t i = 0; i < truth.size(); ++i) truths[i].area = truth[i][2] * truth[i][3];
    for (const auto& one : found) {
        image.areas.push_back(one[2] * one[3]);
        for (std::size_t i = 0; i < truth.size(); ++i)
            image.overlaps.push_back(coco_overlap(one, truth[i], truths[i].crowd));
    }
    image.truths = std::move(truths);
    Matched result;
    CocoMatcher().match(image, result);
    return result;
}

double ap(const std::vector<Matched>& images) {
    Matched all;
    for (const Matched& image : images) all.add(image);
    return summarize_coco(std::array{all}).stats[0];
}

const Boxes kOne{{10, 10, 20, 20}};

TEST(Coco, a_box_that_is_found_exactly_scores_1_and_one_beside_it_nothing) {
    EXPECT_NEAR(ap({matched(kOne, {0.9}, kOne)}), 1, 1e-12);
    EXPECT_EQ(ap({matched({{100, 100, 20, 20}}, {0.9}, kOne)}), 0);
    EXPECT_EQ(ap({matched(kOne, {0.9}, {})}), -1) << "there is nothing to find";
}

TEST(Coco, the_second_find_of_one_object_is_a_false_alarm) {
    const Matched image = matched({{10, 10, 20, 20}, {10, 10, 20, 20}}, {0.9, 0.8}, kOne);
    EXPECT_EQ(image.objects[0].matched & 1, 1U);
    EXPECT_EQ(image.objects[1].matched & 1, 0U);
    EXPECT_EQ(image.objects[1].ignored & 1, 0U);
}

TEST(Coco, a_crowd_is_found_any_number_of_times_and_counts_for_nothing) {
    const Matched image = matched({{10, 10, 5, 5}, {20, 20, 5, 5}}, {0.9, 0.8}, kOne, {{.crowd = true}});
    EXPECT_EQ(image.truths[0], 0);
    EXPECT_EQ(image.objects[0].ignored & 1, 1U);
    EXPECT_EQ(image.objects[1].ignored & 1, 1U);
}

TEST(Coco, of_equal_overlaps_the_later_truth_is_matched) {
    const Matched image = matched(kOne, {0.9}, {{10, 10, 20, 20}, {10, 10, 20, 20}}, {{}, {.has_id_0 = true}});
    EXPECT_EQ(image.objects[0].matched & 1, 0U) << "the later one has the id 0, which counts as no match";
}

TEST(Coco, of_equal_scores_the_order_of_images_decides) {
    const Matched hit = matched(kOne, {0.5}, kOne), miss = matched({{90, 90, 9, 9}}, {0.5}, {});
    EXPECT_NEAR(ap({hit, miss}), 1, 1e-12);
    EXPECT_NEAR(ap({miss, hit}), 0.5, 1e-12);
}

TEST(Coco, only_100_objects_of_an_image_count) {
    Boxes found(101, {90, 90, 9, 9});
    found.push_back({10, 10, 20, 20});
    std::vector<double> scores(102, 0.9);
    scores.back() = 0.1;
    EXPECT_EQ(matched(found, scores, kOne).objects.size(), 100U);
    EXPECT_EQ(ap({matched(found, scores, kOne)}), 0);
}

TEST(Coco, a_score_that_is_no_number_is_the_least_sure) {
    const Matched image = matched({{90, 90, 9, 9}, {10, 10, 20, 20}}, {std::nan(""), 0.1}, kOne);
    EXPECT_EQ(image.objects[0].score, 0.1);
    EXPECT_NEAR(ap({image}), 1, 1e-12);
    EXPECT_NEAR(coco_precisions(image)[100], 1, 1e-12);
}

}  // namespace
}  // namespace goetia
