#include <gmock/gmock.h>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(LoadImage, reads_the_samples_file) {
    const TempFolder folder;
    write_png(folder / "图 1.png", gradient_image(5, 4, 33));
    Sample sample;
    sample.path = folder / "图 1.png";
    Random random(RandomKey{});
    ASSERT_TRUE(transform({{"type", "LoadImage"}})->apply(sample, random));
    EXPECT_EQ(sample.image.pixels, gradient_image(5, 4, 33).pixels);
    sample.path = folder / "gone.png";
    EXPECT_EQ(transform({{"type", "LoadImage"}})->apply(sample, random).error().message,
              fmt::format("cannot open '{}': No such file or directory", sample.path.native()));
}

TEST(LoadImage, decodes_at_reduced_size_only_in_rgb) {
    EXPECT_TRUE(transform({{"type", "LoadImage"}, {"reducing_gap", 2}}));
    TransformRegistry registry(Kind::kTransform);
    ASSERT_TRUE(register_builtin_transforms(registry));
    const auto grey = registry.make({{"type", "LoadImage"}, {"reducing_gap", 2}, {"color_type", "gray"}}, "p[0]");
    ASSERT_FALSE(grey);
    EXPECT_THAT(to_string(grey.error()), testing::HasSubstr("reducing_gap needs color_type rgb, found gray"));
    const auto less = registry.make({{"type", "LoadImage"}, {"reducing_gap", 0.5}}, "p[0]");
    ASSERT_FALSE(less);
    EXPECT_THAT(to_string(less.error()), testing::HasSubstr("reducing_gap"));
}

}  // namespace
}  // namespace goetia
