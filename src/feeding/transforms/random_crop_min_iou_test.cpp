#include <gmock/gmock.h>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(RandomCropMinIoU, the_crop_overlaps_an_object_as_required) {
    const auto step = transform({{"type", "RandomCropMinIoU"}, {"min_ious", {0.5}}});
    int cut = 0;
    for (std::uint64_t i = 0; i < 300; ++i) {
        Sample sample;
        sample.image = gradient_image(60, 60);
        sample.instances.resize(2);
        sample.instances[0].box = {10, 10, 50, 50};
        sample.instances[1].box = {0, 0, 4, 4};
        Random random({.seed = 1, .sample = i});
        ASSERT_TRUE(step->apply(sample, random));
        if (sample.image.width == 60 && sample.image.height == 60) continue;
        ++cut;
        ASSERT_FALSE(sample.instances.empty());
        const Box& rest = sample.instances[0].box;
        const double part = sample.image.width * static_cast<double>(sample.image.height);
        EXPECT_GE(rest.area() / (1600 + part - rest.area()), 0.5 - 1e-6);
        const double ratio = static_cast<double>(sample.image.width) / sample.image.height;
        EXPECT_TRUE(ratio >= 0.5 && ratio <= 2) << ratio;
    }
    EXPECT_GT(cut, 250);
}

TEST(RandomCropMinIoU, overlap_one_and_images_without_objects_are_unchanged) {
    const Image image = gradient_image(30, 30);
    EXPECT_EQ(apply(*transform({{"type", "RandomCropMinIoU"}, {"min_ious", {1.0}}}), image).pixels, image.pixels);
    EXPECT_EQ(apply(*transform({{"type", "RandomCropMinIoU"}, {"min_ious", {0.1}}}), image).pixels, image.pixels);
    EXPECT_THAT(transform_error({{"type", "RandomCropMinIoU"}, {"min_ious", Json::array()}}),
                testing::HasSubstr("min_ious needs at least one number"));
}

}  // namespace
}  // namespace goetia
