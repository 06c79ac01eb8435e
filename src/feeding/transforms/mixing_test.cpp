// Common properties of the transforms that mix images.
#include <gmock/gmock.h>

#include "testkit/mixing.h"

namespace goetia {
namespace {

using namespace testkit;

const std::vector<Json> kSteps{{{"type", "Mosaic"}, {"size", 40}, {"center", {0.5, 0.5}}},
                               {{"type", "MixUpDetection"}, {"prob", 1}},
                               {{"type", "CopyPaste"}, {"share", 1}, {"prob", 1}}};

Status mix(const Json& config, Sample& sample, int channels) {
    const auto step = transform(config);
    Random random({});
    std::vector<Sample> others;
    for (int i = step->partners(random); i > 0; --i) others.push_back(polygon_sample(30, 40, 200, channels));
    return step->mix(sample, others, random);
}

TEST(MixingSteps, one_channel_gives_what_three_equal_ones_give) {
    for (const Json& config : kSteps) {
        Sample grey = polygon_sample(40, 30, 60, 1), colour = polygon_sample(40, 30, 60, 3);
        ASSERT_TRUE(mix(config, grey, 1)) << config;
        ASSERT_TRUE(mix(config, colour, 3)) << config;
        EXPECT_EQ(grey.image.channels, 1);
        ASSERT_EQ(grey.image.pixels.size() * 3, colour.image.pixels.size()) << config;
        bool changed = false;
        for (std::size_t i = 0; i < grey.image.pixels.size(); ++i) {
            ASSERT_EQ(grey.image.pixels[i], colour.image.pixels[3 * i]) << config << " at " << i;
            changed = changed || grey.image.pixels[i] != 60;
        }
        EXPECT_TRUE(changed) << config;
        ASSERT_EQ(grey.instances.size(), colour.instances.size());
        for (std::size_t i = 0; i < grey.instances.size(); ++i)
            EXPECT_EQ(grey.instances[i].box, colour.instances[i].box);
    }
}

TEST(MixingSteps, images_of_different_channels_are_refused) {
    for (const Json& config : kSteps) {
        Sample grey = polygon_sample(40, 30, 60, 1);
        EXPECT_EQ(mix(config, grey, 3).error().message,
                  "'60.png' has 1 channels, '200.png' has 3; only images with equally many can be mixed");
    }
}

TEST(MixingSteps, labels_of_the_whole_image_cannot_be_mixed) {
    for (const Json& config : kSteps) {
        Sample sample = polygon_sample(40, 30, 60);
        sample.label = 2;
        EXPECT_EQ(mix(config, sample, 3).error().message,
                  "it mixes the objects of several images, but '60.png' has a class for the whole image; use Mixup or "
                  "CutMix (augmentation.train.batch_augments)");
        sample.label = -1;
        sample.values = {0.5};
        EXPECT_THAT(mix(config, sample, 3).error().message,
                    testing::HasSubstr("'60.png' has regression targets for the whole image"));
    }
}

}  // namespace
}  // namespace goetia
