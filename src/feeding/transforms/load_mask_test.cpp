#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(LoadMask, reads_class_numbers_and_checks_the_size) {
    const TempFolder folder;
    write_png(folder / "m.png", Image{3, 2, 1, {0, 1, 2, 255, 4, 5}});
    Sample sample;
    sample.image = gradient_image(3, 2);
    Random random({});
    const auto step = transform({{"type", "LoadMask"}});
    EXPECT_EQ(step->apply(sample, random).error().message,
              "the sample has no mask; LoadMask is for semantic segmentation");
    sample.mask_path = folder / "m.png";
    ASSERT_TRUE(step->apply(sample, random));
    EXPECT_EQ(sample.mask.pixels, (std::vector<std::uint8_t>{0, 1, 2, 255, 4, 5}));
    sample.image = gradient_image(6, 4);
    EXPECT_EQ(step->apply(sample, random).error().message,
              fmt::format("the mask '{}' is 3x2 pixels, its image 6x4; put LoadMask right after LoadImage",
                          sample.mask_path.native()));
}

}  // namespace
}  // namespace goetia
