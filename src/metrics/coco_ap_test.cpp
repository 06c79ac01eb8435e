#include <map>

#include <gtest/gtest.h>

#include "imaging/masks/rle.h"
#include "metrics/metric.h"

namespace goetia {
namespace {

Instance there(std::int64_t label, Box box) {
    Instance one;
    one.label = label, one.box = box, one.area = box.area();
    return one;
}

FoundObject found(std::int64_t label, Box box, float score) {
    return {.box = box, .label = label, .score = score, .mask = {}};
}

// A square of a 100 x 100 image.
Rle square(int x, int y, int side) {
    std::vector<std::uint8_t> rows(100 * 100);
    for (int row = y; row < y + side; ++row) {
        for (int column = x; column < x + side; ++column) rows[static_cast<std::size_t>(row) * 100 + column] = 1;
    }
    return encode_runs(rows, 100, 100);
}

struct Images {
    FoundObjects found;
    Truth truth;

    void add(std::int64_t sample, std::vector<FoundObject> objects, std::vector<Instance> instances) {
        found.rows.push_back(std::move(objects));
        truth.objects.push_back(std::move(instances));
        truth.samples.push_back(sample);
    }
};

class CocoAPTest : public testing::Test {
  protected:
    void SetUp() override { ASSERT_TRUE(register_builtin_metrics(registry_)); }
    std::shared_ptr<Metric> make(const Json& config, std::int64_t classes = 2) {
        auto made = registry_.make(config, "metrics[0]", classes);
        EXPECT_TRUE(made) << to_string(made.error());
        return *made;
    }
    static std::map<std::string, double> values(const Metric& metric) {
        std::map<std::string, double> all;
        for (const MetricValue& one : metric.compute()) all[one.name] = one.value;
        return all;
    }
    static void give(Metric& metric, const Images& images) { metric.update(images.found, images.truth); }
    MetricRegistry registry_{Kind::kMetric};
};

const Box kHere{10, 10, 40, 40}, kElsewhere{60, 60, 90, 90};

TEST_F(CocoAPTest, measures_what_is_found_and_says_nothing_of_what_is_nowhere) {
    const auto metric = make({{"type", "CocoAP"}});
    for (const auto& [name, value] : values(*metric)) EXPECT_TRUE(std::isnan(value)) << name;
    Images images;
    images.add(0, {found(0, kHere, 0.9F), found(1, kElsewhere, 0.8F)}, {there(0, kHere), there(1, kHere)});
    give(*metric, images);
    const auto all = values(*metric);
    EXPECT_EQ(all.size(), 12U);
    EXPECT_NEAR(all.at("mAP"), 0.5, 1e-12) << "one class is found, the other is not";
    EXPECT_NEAR(all.at("mAR_1"), 0.5, 1e-12);
    EXPECT_TRUE(std::isnan(all.at("mAP_large"))) << "there is no large object";
    metric->reset();
    EXPECT_TRUE(std::isnan(values(*metric).at("mAP")));
}

TEST_F(CocoAPTest, does_not_depend_on_how_images_are_spread_nor_on_their_order) {
    // Equal scores: the order of images decides, so it must be that of the data set.
    Images hit, miss, both, turned;
    const auto add_hit = [](Images& to) { to.add(3, {found(0, kHere, 0.5F)}, {there(0, kHere)}); };
    const auto add_miss = [](Images& to) { to.add(1, {found(0, kElsewhere, 0.5F)}, {}); };
    add_hit(hit), add_miss(miss), add_hit(both), add_miss(both), add_miss(turned), add_hit(turned);
    const auto whole = make({{"type", "CocoAP"}}, 1), other = make({{"type", "CocoAP"}}, 1);
    give(*whole, both), give(*other, turned);
    EXPECT_NEAR(values(*whole).at("mAP"), 0.5, 1e-12);
    EXPECT_NEAR(values(*other).at("mAP"), 0.5, 1e-12);
    const auto left = make({{"type", "CocoAP"}}, 1), right = make({{"type", "CocoAP"}}, 1),
               sum = make({{"type", "CocoAP"}}, 1);
    give(*left, hit), give(*right, miss);
    for (const auto& states :
         {std::vector{left->state(), right->state()}, std::vector{right->state(), left->state()}}) {
        sum->join(states);
        EXPECT_NEAR(values(*sum).at("mAP"), 0.5, 1e-12);
        EXPECT_EQ(sum->drawings(), whole->drawings());
    }
    sum->join(std::vector{sum->state(), make({{"type", "CocoAP"}}, 1)->state()});
    EXPECT_EQ(sum->drawings(), whole->drawings()) << "a joined state can be joined again";
}

TEST_F(CocoAPTest, without_numbers_of_samples_the_order_of_updates_counts) {
    Images hit, miss;
    hit.add(0, {found(0, kHere, 0.5F)}, {there(0, kHere)}), miss.add(0, {found(0, kElsewhere, 0.5F)}, {});
    hit.truth.samples.clear(), miss.truth.samples.clear();
    const auto first = make({{"type", "CocoAP"}}), last = make({{"type", "CocoAP"}}),
               joined = make({{"type", "CocoAP"}});
    give(*first, hit), give(*first, miss), give(*last, miss), give(*last, hit);
    EXPECT_NEAR(values(*first).at("mAP"), 1, 1e-12);
    EXPECT_NEAR(values(*last).at("mAP"), 0.5, 1e-12);
    const auto left = make({{"type", "CocoAP"}}), right = make({{"type", "CocoAP"}});
    give(*left, miss), give(*right, hit);
    joined->join(std::vector{left->state(), right->state()});
    EXPECT_NEAR(values(*joined).at("mAP"), 0.5, 1e-12);
}

TEST_F(CocoAPTest, crowds_and_difficult_objects_count_for_nothing) {
    for (bool Instance::* mark : {&Instance::crowd, &Instance::difficult}) {
        Images images;
        Instance marked = there(0, kElsewhere);
        marked.*mark = true;
        images.add(0, {found(0, kElsewhere, 0.9F), found(0, kHere, 0.8F)}, {there(0, kHere), marked});
        const auto metric = make({{"type", "CocoAP"}});
        give(*metric, images);
        EXPECT_NEAR(values(*metric).at("mAP"), 1, 1e-12);
        const auto matrix = std::get<MatrixDrawing>(metric->drawings()[0].content);
        EXPECT_EQ(matrix.counts, (std::vector<std::vector<double>>{{1, 0, 0}, {0, 0, 0}, {0, 0, 0}}));
    }
}

TEST_F(CocoAPTest, draws_precision_by_recall_and_the_confusion_with_the_background) {
    const auto metric = make({{"type", "CocoAP"}, {"matrix_score", 0.3}});
    Images images;
    images.add(0, {found(1, kHere, 0.9F), found(0, kElsewhere, 0.5F), found(0, kElsewhere, 0.2F)},
               {there(0, kHere), there(0, {0, 60, 20, 90})});
    give(*metric, images);
    const auto drawings = metric->drawings();
    EXPECT_EQ(drawings[0].name, "confusion_matrix");
    EXPECT_EQ(std::get<MatrixDrawing>(drawings[0].content).counts,
              (std::vector<std::vector<double>>{{0, 1, 1}, {0, 0, 0}, {1, 0, 0}}));
    const auto& curves = std::get<CurvesDrawing>(drawings[1].content).classes;
    EXPECT_EQ(curves[0].x.size(), 101U);
    EXPECT_EQ(curves[0].score, 0);
    EXPECT_TRUE(curves[1].x.empty() && std::isnan(curves[1].score));
}

TEST_F(CocoAPTest, masks_are_compared_where_they_are_asked_for) {
    const auto metric = make({{"type", "CocoAP"}, {"iou_types", {"bbox", "segm"}}});
    Instance outlined = there(0, kHere), masked = there(0, kElsewhere);
    outlined.polygons = {{10, 10, 40, 10, 40, 40, 10, 40}}, masked.mask = square(60, 60, 30);
    FoundObject first = found(0, kHere, 0.9F), second = found(0, kElsewhere, 0.8F);
    first.mask = square(10, 10, 30), second.mask = square(0, 0, 5);
    Images images;
    images.add(0, {first, second}, {outlined, masked});
    give(*metric, images);
    EXPECT_NEAR(values(*metric).at("mAP"), 1, 1e-12);
    EXPECT_NEAR(values(*metric).at("mask_mAP"), 51.0 / 101, 1e-12) << "half of them, at recalls from 0 to 0.50";
    EXPECT_EQ(values(*metric).size(), 24U);
}

TEST_F(CocoAPTest, masks_that_cannot_be_compared_leave_the_value_undefined) {
    for (const bool other_size : {false, true}) {
        const Json config{{"type", "CocoAP"}, {"iou_types", {"segm"}}};
        const auto metric = make(config), joined = make(config);
        FoundObject one = found(0, kHere, 0.9F);
        if (other_size) one.mask = encode_runs(std::vector<std::uint8_t>(6, 1), 2, 3);
        Instance masked = there(0, kHere);
        masked.mask = square(10, 10, 30);
        Images images;
        images.add(0, {one}, {masked});
        give(*metric, images);
        EXPECT_TRUE(std::isnan(values(*metric).at("mask_mAP")));
        joined->join(std::vector{joined->state(), metric->state()});
        EXPECT_TRUE(std::isnan(values(*joined).at("mask_mAP")));
        EXPECT_TRUE(joined->drawings().empty());
    }
}

TEST_F(CocoAPTest, the_ways_of_comparing_are_named_once_each) {
    EXPECT_EQ(registry_.make({{"type", "CocoAP"}, {"iou_types", {"bbox", "bbox"}}}, "metrics[0]", 2).error().message,
              "metric 'CocoAP' (metrics[0]): iou_types must name bbox, segm or both, each once");
}

TEST(Better, a_number_is_better_than_none) {
    const double none = std::nan("");
    for (const Better mode : {Better::kHigher, Better::kLower}) {
        EXPECT_TRUE(is_better(0.1, none, mode));
        EXPECT_FALSE(is_better(none, 0.1, mode));
        EXPECT_FALSE(is_better(none, none, mode));
    }
}

}  // namespace
}  // namespace goetia
