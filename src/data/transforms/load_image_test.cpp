#include "data/testing_data.h"

namespace goetia {
namespace {

using namespace testing_data;

TEST(LoadImage, reads_the_samples_file) {
    const TempFolder folder;
    write_png(folder / "图 1.png", picture(5, 4, 33));
    Sample sample;
    sample.path = folder / "图 1.png";
    Random random(RandomKey{});
    ASSERT_TRUE(transform({{"type", "LoadImage"}})->apply(sample, random));
    EXPECT_EQ(sample.image.pixels, picture(5, 4, 33).pixels);
    sample.path = folder / "gone.png";
    EXPECT_EQ(transform({{"type", "LoadImage"}})->apply(sample, random).error().message,
              fmt::format("cannot open '{}': No such file or directory", sample.path.native()));
}

}  // namespace
}  // namespace goetia
