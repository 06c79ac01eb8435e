#include <set>

#include <gmock/gmock.h>

#include "feeding/transforms/auto_augment_policies.h"
#include "testkit/feeding.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using namespace testkit;

TEST(AutoAugment, each_policy_draws_many_results) {
    const Image image = gradient_image(20, 16, 90);
    for (const char* policy : {"imagenet", "cifar10", "svhn"}) {
        const auto step = transform({{"type", "AutoAugment"}, {"policy", policy}});
        std::set<std::vector<std::uint8_t>> results;
        for (std::uint64_t i = 0; i < 500; ++i) {
            const Image changed = apply(*step, image, i);
            ASSERT_EQ(changed.width, 20);
            ASSERT_EQ(changed.pixels.size(), image.pixels.size());
            results.insert(changed.pixels);
        }
        EXPECT_GT(results.size(), 25U) << policy;
        EXPECT_EQ(auto_augment::policy(policy).size(), 25U);
    }
}

TEST(AutoAugment, operations_of_strength_zero_change_nothing) {
    const Image image = gradient_image(20, 16, 90);
    for (const Op op : {Op::kShearX, Op::kShearY, Op::kTranslateX, Op::kTranslateY, Op::kRotate, Op::kBrightness,
                        Op::kColor, Op::kContrast, Op::kSharpness, Op::kPosterize}) {
        Sample changed;
        changed.image = image;
        ASSERT_TRUE(apply_op(changed, op, magnitude_of(op, {}, 10, 0)));
        EXPECT_EQ(changed.image.pixels, image.pixels) << static_cast<int>(op);
    }
}

TEST(AutoAugment, boxes_move_with_the_image) {
    const auto step = transform({{"type", "AutoAugment"}, {"policy", "svhn"}});
    int moved = 0;
    for (std::uint64_t i = 0; i < 200; ++i) {
        Sample sample;
        sample.image = Image{40, 30, 3, std::vector<std::uint8_t>(40 * 30 * 3, 77)};
        sample.instances.resize(1);
        sample.instances[0].box = {10, 10, 20, 20};
        Random random({.seed = 1, .sample = i});
        ASSERT_TRUE(step->apply(sample, random));
        moved += sample.instances.empty() || sample.instances[0].box != Box{10, 10, 20, 20};
    }
    EXPECT_GT(moved, 60) << "most pairs of this policy shear, turn or shift";
    EXPECT_LT(moved, 190);
}

TEST(AutoAugment, an_unknown_policy_is_refused) {
    EXPECT_THAT(transform_error({{"type", "AutoAugment"}, {"policy", "imagnet"}}),
                HasSubstr("did you mean 'imagenet'?"));
}

}  // namespace
}  // namespace goetia
