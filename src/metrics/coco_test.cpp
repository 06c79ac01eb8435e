#include <gtest/gtest.h>

#include "metrics/coco_summary.h"

namespace goetia {
namespace {

using Boxes = std::vector<std::array<double, 4>>;

MatchedImage matched(const Boxes& found, const std::vector<double>& scores, const Boxes& truth,
                     std::vector<CocoTruth> truths = {}) {
    truths.resize(truth.size());
    std::vector<double> areas, overlaps;
    for (std::size_t i = 0; i < truth.size(); ++i) truths[i].area = truth[i][2] * truth[i][3];
    for (const auto& one : found) {
        areas.push_back(one[2] * one[3]);
        for (std::size_t i = 0; i < truth.size(); ++i) overlaps.push_back(coco_overlap(one, truth[i], truths[i].crowd));
    }
    return match_coco(scores, areas, truths, overlaps);
}

double ap(const std::vector<MatchedImage>& images) { return summarize_coco(std::array{images}).stats[0]; }

const Boxes kOne{{10, 10, 20, 20}};

TEST(Coco, a_box_that_is_found_exactly_scores_1_and_one_beside_it_nothing) {
    EXPECT_NEAR(ap({matched(kOne, {0.9}, kOne)}), 1, 1e-12);
    EXPECT_EQ(ap({matched({{100, 100, 20, 20}}, {0.9}, kOne)}), 0);
    EXPECT_EQ(ap({matched(kOne, {0.9}, {})}), -1) << "there is nothing to find";
}

TEST(Coco, the_second_find_of_one_object_is_a_false_alarm) {
    const MatchedImage image = matched({{10, 10, 20, 20}, {10, 10, 20, 20}}, {0.9, 0.8}, kOne);
    EXPECT_EQ(image.matched[0] & 1, 1U);
    EXPECT_EQ(image.matched[1] & 1, 0U);
    EXPECT_EQ(image.ignored[1] & 1, 0U);
}

TEST(Coco, a_crowd_is_found_any_number_of_times_and_counts_for_nothing) {
    const MatchedImage image = matched({{10, 10, 5, 5}, {20, 20, 5, 5}}, {0.9, 0.8}, kOne, {{.crowd = true}});
    EXPECT_EQ(image.truths[0], 0);
    EXPECT_EQ(image.ignored[0] & 1, 1U);
    EXPECT_EQ(image.ignored[1] & 1, 1U);
}

TEST(Coco, of_equal_overlaps_the_later_truth_is_matched) {
    const MatchedImage image = matched(kOne, {0.9}, {{10, 10, 20, 20}, {10, 10, 20, 20}}, {{}, {.has_id_0 = true}});
    EXPECT_EQ(image.matched[0] & 1, 0U) << "the later one has the id 0, which counts as no match";
}

TEST(Coco, of_equal_scores_the_order_of_images_decides) {
    const MatchedImage hit = matched(kOne, {0.5}, kOne), miss = matched({{90, 90, 9, 9}}, {0.5}, {});
    EXPECT_NEAR(ap({hit, miss}), 1, 1e-12);
    EXPECT_NEAR(ap({miss, hit}), 0.5, 1e-12);
}

TEST(Coco, only_100_objects_of_an_image_count) {
    Boxes found(101, {90, 90, 9, 9});
    found.push_back({10, 10, 20, 20});
    std::vector<double> scores(102, 0.9);
    scores.back() = 0.1;
    EXPECT_EQ(matched(found, scores, kOne).scores.size(), 100U);
    EXPECT_EQ(ap({matched(found, scores, kOne)}), 0);
}

}  // namespace
}  // namespace goetia
