#include "imaging/kernels/runs.h"
#include "testkit/mixing.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(CopyPaste, a_pasted_object_hides_what_is_below) {
    const auto step = transform({{"type", "CopyPaste"}, {"share", 1}, {"prob", 1}});
    Sample sample = uniform_sample(20, 20, 10);
    sample.instances[0].polygons = {{0, 0, 20, 0, 20, 20, 0, 20}};
    sample.instances[0].area = 400;
    std::vector<Sample> others{uniform_sample(20, 20, 90)};
    others[0].instances[0].polygons = {{10, 0, 20, 0, 20, 20, 10, 20}};
    others[0].instances[0].box = {10, 0, 20, 20};
    Random random({});
    ASSERT_EQ(step->partners(random), 1);
    ASSERT_TRUE(step->mix(sample, others, random));
    EXPECT_EQ(sample.image.pixels[3 * 5], 10);
    EXPECT_EQ(sample.image.pixels[3 * 15], 90);
    ASSERT_EQ(sample.instances.size(), 2U);
    EXPECT_EQ(sample.instances[0].box, (Box{0, 0, 10, 20})) << "what is left of it";
    EXPECT_DOUBLE_EQ(sample.instances[0].area, 200);
    EXPECT_EQ(sample.instances[1].label, 90);
}

TEST(CopyPaste, objects_without_a_shape_are_not_pasted_and_hidden_ones_are_dropped) {
    const auto step = transform({{"type", "CopyPaste"}, {"share", 1}, {"prob", 1}});
    Sample sample = uniform_sample(20, 20, 10);
    std::vector<Sample> others{uniform_sample(20, 20, 90)};
    Random random({});
    ASSERT_TRUE(step->mix(sample, others, random));
    EXPECT_EQ(sample.instances.size(), 1U);
    EXPECT_EQ(sample.image.pixels[0], 10);
    sample.instances[0].polygons = {{0, 0, 20, 0, 20, 20, 0, 20}};
    others = {uniform_sample(20, 20, 90)};
    others[0].instances[0].polygons = {{0, 0, 20, 0, 20, 20, 0, 20}};
    ASSERT_TRUE(step->mix(sample, others, random));
    ASSERT_EQ(sample.instances.size(), 1U);
    EXPECT_EQ(sample.instances[0].label, 90);
}

}  // namespace
}  // namespace goetia
