#include <gtest/gtest.h>

#include "metrics/metric.h"
#include "metrics/voc_match.h"

namespace goetia {
namespace {

Matched matched_voc(std::vector<double> scores, std::vector<CocoTruth> truths, std::vector<double> overlaps) {
    Matched result;
    match_voc({.scores = std::move(scores), .areas = {}, .truths = std::move(truths), .overlaps = std::move(overlaps)},
              0.5, result);
    return result;
}

TEST(Voc, looks_only_at_the_truth_that_is_overlapped_most) {
    // Both overlap the first truth most; COCO would give the second find the other truth.
    const Matched both = matched_voc({0.9, 0.8}, {{}, {}}, {0.9, 0.1, 0.8, 0.6});
    EXPECT_EQ(both.objects[0].matched, 1U);
    EXPECT_EQ(both.objects[1].matched, 0U);
    EXPECT_EQ(both.objects[1].ignored, 0U) << "a second find is a false alarm";
    EXPECT_EQ(matched_voc({0.9}, {{}}, {0.5}).objects[0].matched, 1U) << "0.5 is enough";
}

TEST(Voc, difficult_objects_count_for_nothing) {
    const Matched found = matched_voc({0.9, 0.8}, {{.ignored = true}, {}}, {0.9, 0, 0, 0.7});
    EXPECT_EQ(found.truths[0], 1);
    EXPECT_EQ(found.objects[0].ignored, 1U);
    for (const VocYear year : {VocYear::k2007, VocYear::k2010})
        EXPECT_DOUBLE_EQ(voc_average_precision(found, year), 1) << "of 11 precisions of 1 the mean";
    EXPECT_TRUE(std::isnan(voc_average_precision(matched_voc({0.9}, {{.ignored = true}}, {0.9}), VocYear::k2010)));
}

TEST(Voc, the_two_ways_to_one_number) {
    // A hit, an alarm, a hit: precision 1 up to recall 1/2, then 2/3.
    const Matched found = matched_voc({0.9, 0.8, 0.7}, {{}, {}}, {0.9, 0, 0, 0, 0, 0.9});
    EXPECT_DOUBLE_EQ(voc_average_precision(found, VocYear::k2010), 0.5 + 0.5 * 2 / 3);
    EXPECT_DOUBLE_EQ(voc_average_precision(found, VocYear::k2007), (6 + 5 * 2.0 / 3) / 11);
}

TEST(VocAP, joins_and_says_its_convention) {
    MetricRegistry registry(Kind::kMetric);
    ASSERT_TRUE(register_builtin_metrics(registry));
    const auto made = [&](int year) { return registry.make({{"type", "VocAP"}, {"year", year}}, "metrics[0]", 1); };
    const auto left = made(2007).value(), right = made(2007).value(), sum = made(2007).value();
    Instance there;
    there.label = 0, there.box = {0, 0, 10, 10};
    Truth truth;
    truth.objects = {{there}}, truth.samples = {4};
    left->update(FoundObjects{{{{.box = there.box, .label = 0, .score = 0.5F, .mask = {}}}}}, truth);
    truth.samples = {2}, truth.objects = {{}};
    right->update(FoundObjects{{{{.box = there.box, .label = 0, .score = 0.5F, .mask = {}}}}}, truth);
    sum->join(std::vector{left->state(), right->state()});
    ASSERT_EQ(sum->compute().size(), 1U);
    EXPECT_EQ(sum->compute()[0].name, "voc07_mAP_50");
    EXPECT_DOUBLE_EQ(sum->compute()[0].value, 0.5) << "of equal scores the lower sample comes first";
    EXPECT_EQ(std::get<CurvesDrawing>(sum->drawings()[0].content).classes[0].y, (std::vector<double>{0, 0.5}));
    EXPECT_EQ(made(2010).value()->compute()[0].name, "voc10_mAP_50");
    EXPECT_EQ(made(2012).error().message,
              "metric 'VocAP' (metrics[0]): year is 2012, must be 2007 (11 points) or 2010 (area under the curve)");
}

}  // namespace
}  // namespace goetia
