#include <set>

#include <gmock/gmock.h>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using namespace testkit;

TEST(Pipeline, all_faults_of_all_steps_are_reported_at_once) {
    const auto made = pipeline({{{"type", "LoadImage"}},
                                {{"type", "Resze"}, {"size", 8}},
                                {{"type", "Resize"}, {"size", "big"}},
                                {{"type", "RandomHorizontalFlip"}, {"prob", 2}}});
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().message, "augmentation.train.pipeline cannot be used as it stands");
    ASSERT_EQ(made.error().faults.size(), 3U);
    EXPECT_THAT(to_string(made.error().faults[0]), AllOf(HasSubstr("augmentation.train.pipeline[1]"),
                                                         HasSubstr("no transform 'Resze'; did you mean 'Resize'?")));
    EXPECT_THAT(to_string(made.error().faults[1]),
                AllOf(HasSubstr("augmentation.train.pipeline[2].size: must be"), HasSubstr("found \"big\"")));
    EXPECT_THAT(to_string(made.error().faults[2]),
                AllOf(HasSubstr("augmentation.train.pipeline[3].prob: out of range, found 2"), HasSubstr("0 to 1")));
    EXPECT_EQ(pipeline({{"type", "LoadImage"}}).error().message,
              "augmentation.train.pipeline needs a list of transforms, found {\"type\":\"LoadImage\"}");
}

TEST(Pipeline, a_misplaced_step_is_named_with_the_reason) {
    Sample sample;
    EXPECT_EQ(pipeline({{{"type", "Resize"}, {"size", 8}}})->apply(sample, 0, 0).error().message,
              "Resize (augmentation.train.pipeline[0]): there is no image to work on; put it after LoadImage and "
              "before ToTensor");
    sample.image = gradient_image(4, 4);
    EXPECT_EQ(pipeline({{{"type", "Normalize"}}})->apply(sample, 0, 0).error().message,
              "Normalize (augmentation.train.pipeline[0]): there are no floats to work on yet; put it after ToTensor");
}

TEST(Pipeline, draws_are_keyed_by_seed_epoch_sample_and_position) {
    const auto drawn = [](const Json& steps, std::int64_t index, std::uint64_t seed, std::uint64_t epoch) {
        Sample sample;
        sample.index = index;
        sample.image = gradient_image(40, 40);
        EXPECT_TRUE(pipeline(steps)->apply(sample, seed, epoch));
        return sample.image.pixels;
    };
    const Json jitter{{"type", "ColorJitter"}, {"brightness", 0.5}};
    const Json one{jitter}, two{jitter, jitter};
    const auto first = drawn(one, 3, 1, 0);
    EXPECT_EQ(drawn(one, 3, 1, 0), first);
    EXPECT_NE(drawn(one, 4, 1, 0), first) << "another sample";
    EXPECT_NE(drawn(one, 3, 2, 0), first) << "another seed";
    EXPECT_NE(drawn(one, 3, 1, 1), first) << "another epoch";
    Sample twice;
    twice.index = 3;
    twice.image.width = twice.image.height = 40;
    twice.image.pixels = first;
    EXPECT_TRUE(pipeline(one)->apply(twice, 1, 0));
    EXPECT_NE(drawn(two, 3, 1, 0), twice.image.pixels) << "the second step draws its own factor";
}

TEST(Pipeline, leads_back_to_the_original_image) {
    Sample sample;
    sample.image = gradient_image(60, 40);
    Instance marked;
    marked.key_points = {{30, 20, 2}, {25, 14, 2}, {38, 27, 2}};
    sample.instances = {marked};
    const Json steps{{{"type", "Resize"}, {"size", {90, 70}}},
                     {{"type", "CenterCrop"}, {"size", {80, 64}}},
                     {{"type", "RandomHorizontalFlip"}, {"prob", 1}},
                     {{"type", "RandomVerticalFlip"}, {"prob", 1}},
                     {{"type", "Pad"}, {"padding", {3, 5}}},
                     {{"type", "Affine"}, {"degrees", 30}, {"translate", {0.05, 0.05}}, {"scale", {0.9, 1.1}}},
                     {{"type", "Perspective"}, {"distortion", 0.2}, {"prob", 1}}};
    const Status done = pipeline(steps)->apply(sample, 1, 0);
    ASSERT_TRUE(done) << done.error().message;
    ASSERT_EQ(sample.instances.size(), 1U);
    EXPECT_FALSE(sample.to_original == PointMap());
    for (std::size_t i = 0; i < marked.key_points.size(); ++i) {
        const KeyPoint& moved = sample.instances[0].key_points[i];
        ASSERT_EQ(moved.visible, 2);
        const PixelPoint back = sample.to_original({moved.x, moved.y});
        EXPECT_NEAR(back.x, marked.key_points[i].x, 1e-3);
        EXPECT_NEAR(back.y, marked.key_points[i].y, 1e-3);
    }
}

// Uniform images of different values, so that the pixels of a mix identify its partners.
class UniformImages : public Dataset {
  public:
    [[nodiscard]] std::int64_t size() const override { return 50; }
    [[nodiscard]] const std::vector<std::string>& classes() const override { return classes_; }
    [[nodiscard]] Result<Sample> sample(std::int64_t index) const override {
        if (index % 2 == 1 && broken) return invalid("sample {} is broken", index);
        Sample sample;
        sample.index = index;
        sample.image = Image{8, 8, 3, std::vector<std::uint8_t>(192, static_cast<std::uint8_t>(5 * index))};
        return sample;
    }
    bool broken = false;

  private:
    std::vector<std::string> classes_;
};

std::vector<std::uint8_t> mosaic_of(const UniformImages& dataset, std::int64_t index, std::uint64_t epoch,
                                    const Json& steps) {
    Sample sample = dataset.sample(index).value();
    const Status done = pipeline(steps)->apply(sample, 1, epoch, &dataset);
    EXPECT_TRUE(done) << done.error().message;
    return sample.image.pixels;
}

TEST(Pipeline, partners_are_drawn_by_seed_epoch_sample_and_step) {
    UniformImages dataset;
    const Json steps{{{"type", "Mosaic"}, {"size", 8}, {"center", {0.5, 0.5}}}};
    const auto first = mosaic_of(dataset, 4, 0, steps);
    EXPECT_EQ(first[0], 20) << "the sample itself, upper left";
    EXPECT_EQ(mosaic_of(dataset, 4, 0, steps), first);
    EXPECT_NE(mosaic_of(dataset, 4, 1, steps), first) << "another epoch";
    std::set<std::uint8_t> seen;
    for (std::uint64_t epoch = 0; epoch < 200; ++epoch) {
        const auto pixels = mosaic_of(dataset, 4, epoch, steps);
        seen.insert(pixels.back());
    }
    EXPECT_GT(seen.size(), 45U) << "partners come from the whole set";
}

TEST(Pipeline, partners_come_through_the_steps_before) {
    UniformImages dataset;
    const Json steps{{{"type", "Solarize"}, {"threshold", 0}},
                     {{"type", "Mosaic"}, {"size", 8}, {"center", {0.5, 0.5}}}};
    EXPECT_EQ(mosaic_of(dataset, 4, 0, steps)[0], 235);
    EXPECT_GE(mosaic_of(dataset, 4, 0, steps).back(), 255 - 245) << "inverted as well";
}

TEST(Pipeline, a_broken_partner_is_skipped) {
    UniformImages dataset;
    dataset.broken = true;
    const Json steps{{{"type", "Mosaic"}, {"size", 8}, {"center", {0.5, 0.5}}}};
    for (std::uint64_t epoch = 0; epoch < 20; ++epoch) EXPECT_EQ(mosaic_of(dataset, 4, epoch, steps).back() % 10, 0);
}

}  // namespace
}  // namespace goetia
