#include <map>

#include <gtest/gtest.h>

#include "metrics/metric.h"

namespace goetia {
namespace {

Image map_of(int width, int height, std::vector<std::uint8_t> pixels) {
    return {.width = width, .height = height, .channels = 1, .pixels = std::move(pixels)};
}

class MeanIoUTest : public testing::Test {
  protected:
    void SetUp() override { ASSERT_TRUE(register_builtin_metrics(registry_)); }
    std::shared_ptr<Metric> make(std::int64_t classes = 3, bool per_class = true) {
        return registry_.make({{"type", "MeanIoU"}, {"per_class", per_class}}, "metrics[0]", classes).value();
    }
    static std::map<std::string, double> values(const Metric& metric) {
        std::map<std::string, double> all;
        for (const MetricValue& one : metric.compute()) all[one.name] = one.value;
        return all;
    }
    MetricRegistry registry_{Kind::kMetric};
};

// Class 0 of the truth: 2 pixels, one found; class 1: 3 pixels, 2 found; one of 255. Class 2 is nowhere.
const Image kFoundMap = map_of(3, 2, {0, 1, 1, 1, 0, 0}), kTrueMap = map_of(3, 2, {0, 0, 1, 1, 1, 255});

Truth truth_of(std::vector<Image> maps) {
    Truth truth;
    truth.class_maps = std::move(maps);
    return truth;
}

TEST_F(MeanIoUTest, by_hand) {
    const auto metric = make();
    for (const auto& [name, value] : values(*metric)) EXPECT_TRUE(std::isnan(value)) << name;
    metric->update(ClassMaps{{kFoundMap}}, truth_of({kTrueMap}));
    const auto all = values(*metric);
    EXPECT_EQ(all.size(), 7U);
    EXPECT_DOUBLE_EQ(all.at("IoU_class_0"), 1.0 / 3);
    EXPECT_DOUBLE_EQ(all.at("IoU_class_1"), 2.0 / 4);
    EXPECT_TRUE(std::isnan(all.at("IoU_class_2")));
    EXPECT_DOUBLE_EQ(all.at("mIoU"), (1.0 / 3 + 0.5) / 2);
    EXPECT_DOUBLE_EQ(all.at("mean_accuracy"), (0.5 + 2.0 / 3) / 2);
    EXPECT_DOUBLE_EQ(all.at("pixel_accuracy"), 0.6);
    EXPECT_DOUBLE_EQ(all.at("dice"), (2.0 / 4 + 4.0 / 6) / 2);
    EXPECT_EQ(std::get<MatrixDrawing>(metric->drawings()[0].content).counts,
              (std::vector<std::vector<double>>{{1, 1, 0}, {1, 2, 0}, {0, 0, 0}}));
    EXPECT_EQ(values(*make(3, false)).size(), 4U);
}

TEST_F(MeanIoUTest, masks_of_a_batch_are_the_same_truth) {
    const auto metric = make(), other = make();
    Truth truth;
    truth.masks = kTrueMap.pixels;
    truth.masks.insert(truth.masks.end(), 6, 1);
    metric->update(ClassMaps{{kFoundMap, map_of(3, 2, {1, 1, 1, 1, 1, 2})}}, truth);
    other->update(ClassMaps{{kFoundMap, map_of(2, 3, {1, 1, 1, 1, 1, 2})}},
                  truth_of({kTrueMap, map_of(2, 3, {1, 1, 1, 1, 1, 1})}));
    EXPECT_EQ(metric->compute(), other->compute());
    EXPECT_EQ(values(*metric).at("IoU_class_2"), 0) << "predicted, but not there";
}

TEST_F(MeanIoUTest, states_joined_over_ranks_equal_one_rank) {
    const auto left = make(), right = make(), sum = make(), whole = make();
    const Image second = map_of(1, 2, {2, 2});
    left->update(ClassMaps{{kFoundMap}}, truth_of({kTrueMap})), right->update(ClassMaps{{second}}, truth_of({second}));
    whole->update(ClassMaps{{kFoundMap, second}}, truth_of({kTrueMap, second}));
    sum->join(std::vector{left->state(), right->state()});
    EXPECT_EQ(sum->compute(), whole->compute());
    EXPECT_EQ(sum->drawings(), whole->drawings());
    sum->reset();
    EXPECT_EQ(sum->state(), make()->state());
}

TEST_F(MeanIoUTest, a_prediction_of_no_class_is_a_miss) {
    const auto metric = make();
    metric->update(ClassMaps{{map_of(2, 1, {7, 255})}}, truth_of({map_of(2, 1, {0, 0})}));
    EXPECT_EQ(values(*metric).at("mIoU"), 0);
    EXPECT_EQ(values(*metric).at("pixel_accuracy"), 0);
}

TEST_F(MeanIoUTest, maps_of_another_size_leave_the_values_undefined) {
    const auto metric = make(), joined = make();
    metric->update(ClassMaps{{map_of(3, 2, {0, 0, 0, 0, 0, 0})}}, truth_of({map_of(2, 3, {0, 0, 0, 0, 0, 0})}));
    joined->join(std::vector{metric->state(), joined->state()});
    for (const auto& [name, value] : values(*joined)) EXPECT_TRUE(std::isnan(value)) << name;
    EXPECT_TRUE(joined->drawings().empty());
}

}  // namespace
}  // namespace goetia
