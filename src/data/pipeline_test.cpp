#include <gmock/gmock.h>

#include "data/testing_data.h"

namespace goetia {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using namespace testing_data;

TEST(Pipeline, all_faults_of_all_steps_are_told_at_once) {
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

TEST(Pipeline, a_step_in_the_wrong_place_says_which_and_why) {
    Sample sample;
    EXPECT_EQ(pipeline({{{"type", "Resize"}, {"size", 8}}})->apply(sample, 0, 0).error().message,
              "Resize (augmentation.train.pipeline[0]): there is no image to work on; put it after LoadImage and "
              "before ToTensor");
    sample.image = picture(4, 4);
    EXPECT_EQ(pipeline({{{"type", "Normalize"}}})->apply(sample, 0, 0).error().message,
              "Normalize (augmentation.train.pipeline[0]): there are no numbers to work on yet; put it after ToTensor");
}

TEST(Pipeline, draws_are_keyed_by_seed_epoch_sample_and_place) {
    const auto drawn = [](const Json& steps, std::int64_t index, std::uint64_t seed, std::uint64_t epoch) {
        Sample sample;
        sample.index = index;
        sample.image = picture(40, 40);
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
    EXPECT_NE(drawn(two, 3, 1, 0), twice.image.pixels) << "the second place draws its own factor";
}

}  // namespace
}  // namespace goetia
