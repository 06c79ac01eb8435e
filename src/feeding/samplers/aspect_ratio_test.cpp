#include "testkit/samplers.h"

namespace goetia {
namespace {

using namespace testkit;

std::shared_ptr<const Dataset> sized(int wide, int high) {
    AnnotatedSet set;
    for (int i = 0; i < wide + high; ++i)
        set.images.push_back({.width = i < wide ? 640 : 480, .height = i < wide ? 480 : 640});
    return std::make_shared<AnnotatedDataset>(std::move(set));
}

TEST(AspectRatio, batches_hold_images_of_similar_shape) {
    const auto sampler = sampler_of({{"type", "aspect_ratio"}, {"batch", 4}}, sized(23, 18));
    EXPECT_EQ(sampler->size(), 41);
    const Samples order = sampler->order(3, 0);
    EXPECT_EQ(counts_of(order).size(), 41) << "every sample once";
    std::string shapes;
    for (std::size_t k = 0; k < 9; ++k) {
        const bool wide = order[4 * k] < 23;
        shapes += wide ? 'w' : 'h';
        for (std::size_t i = 1; i < 4; ++i) EXPECT_EQ(order[4 * k + i] < 23, wide) << "batch " << k;
    }
    EXPECT_EQ(std::count(shapes.begin(), shapes.end(), 'w'), 5);
    EXPECT_EQ(sampler->order(3, 0), order);
    EXPECT_NE(sampler->order(3, 1), order);
    std::string next;
    for (std::uint64_t epoch = 1; epoch < 5; ++epoch) {
        const Samples another = sampler->order(3, epoch);
        for (std::size_t k = 0; k < 9; ++k) next += another[4 * k] < 23 ? 'w' : 'h';
    }
    EXPECT_NE(next, shapes + shapes + shapes + shapes) << "the groups are shuffled again";
}

TEST(AspectRatio, more_boundaries_make_more_groups) {
    AnnotatedSet set;
    for (const int width : {10, 20, 30, 10, 20, 30}) set.images.push_back({.width = width, .height = 20});
    const auto dataset = std::make_shared<AnnotatedDataset>(std::move(set));
    const Samples order =
        sampler_of({{"type", "aspect_ratio"}, {"batch", 2}, {"boundaries", {0.8, 1.2}}}, dataset)->order(1, 0);
    for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(order[2 * k] % 3, order[2 * k + 1] % 3);
}

TEST(AspectRatio, reports_what_it_cannot_group) {
    EXPECT_THAT(
        to_string(try_sampler({{"type", "aspect_ratio"}, {"batch", 2}}, counted({3})).error()),
        testing::EndsWith("sample 0 of the data set has no size in its annotation, which sampler 'aspect_ratio' "
                          "needs; use sampler 'shuffle', or a format with sizes (COCO, VOC, YOLO, Packed)"));
    EXPECT_THAT(
        to_string(try_sampler({{"type", "aspect_ratio"}, {"batch", 2}, {"boundaries", {2, 1}}}, sized(1, 1)).error()),
        testing::HasSubstr("dataset.sampler.boundaries must rise, found [2,1]"));
}

}  // namespace
}  // namespace goetia
