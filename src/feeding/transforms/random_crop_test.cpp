#include <map>

#include <gmock/gmock.h>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using namespace testkit;

TEST(RandomCrop, every_position_is_equally_likely) {
    const auto step = transform({{"type", "RandomCrop"}, {"size", {3, 4}}});
    std::map<std::pair<int, int>, int> places;
    for (std::uint64_t i = 0; i < 3000; ++i) {
        const Image cut = apply(*step, gradient_image(6, 4), i);  // 3 columns, 2 rows to begin in
        ASSERT_EQ(cut.width, 4);
        ASSERT_EQ(cut.height, 3);
        ++places[{cut.pixels[0] / 7, cut.pixels[1] / 11}];
    }
    EXPECT_EQ(places.size(), 6U);
    for (const auto& [place, count] : places) EXPECT_NEAR(count, 500, 90) << place.first << "," << place.second;
}

TEST(RandomCrop, padding_comes_first) {
    const auto step = transform({{"type", "RandomCrop"}, {"size", 8}, {"padding", 2}, {"fill", 255}});
    int whole = 0;
    for (std::uint64_t i = 0; i < 200; ++i) {
        const Image cut = apply(*step, gradient_image(8, 8), i);
        EXPECT_EQ(cut.width, 8);
        whole += cut.pixels == gradient_image(8, 8).pixels;
    }
    EXPECT_NEAR(whole, 8, 8) << "one place of 25";
}

TEST(RandomCrop, a_small_image_is_padded_only_on_request) {
    Sample sample;
    sample.image = gradient_image(4, 9);
    Random random(RandomKey{});
    EXPECT_EQ(transform({{"type", "RandomCrop"}, {"size", 8}})->apply(sample, random).error().message,
              "the image of 4x9 is smaller than the part of 8x8 to cut out (width x height); set pad_if_needed, or "
              "Resize before");
    EXPECT_EQ(
        apply(*transform({{"type", "RandomCrop"}, {"size", 8}, {"pad_if_needed", true}}), gradient_image(4, 9)).width,
        8);
}

}  // namespace
}  // namespace goetia
