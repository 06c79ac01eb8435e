#include <array>
#include <map>
#include <vector>

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

// An 8x8 part of an image with a border of two pixels in one colour; it begins at a position in the border.
std::vector<std::uint8_t> bordered_part(const Image& image, int left, int top,
                                        const std::array<std::uint8_t, 3>& fill) {
    std::vector<std::uint8_t> pixels;
    for (int y = top - 2; y < top + 6; ++y) {
        for (int x = left - 2; x < left + 6; ++x) {
            const bool inside = x >= 0 && x < 8 && y >= 0 && y < 8;
            for (std::size_t c = 0; c < 3; ++c) {
                const std::size_t at = static_cast<std::size_t>(y * 8 + x) * 3 + c;
                pixels.push_back(inside ? image.pixels[at] : fill[c]);
            }
        }
    }
    return pixels;
}

TEST(RandomCrop, padding_comes_first_and_every_position_in_it_is_equally_likely) {
    const auto step = transform({{"type", "RandomCrop"}, {"size", 8}, {"padding", 2}, {"fill", {255, 100, 0}}});
    const Image whole = gradient_image(8, 8, 200);
    std::map<std::vector<std::uint8_t>, int> parts;
    for (std::uint64_t i = 0; i < 2500; ++i) ++parts[apply(*step, whole, i).pixels];
    EXPECT_EQ(parts.size(), 25U);
    for (int top = 0; top <= 4; ++top) {
        for (int left = 0; left <= 4; ++left)
            EXPECT_NEAR(parts[bordered_part(whole, left, top, {255, 100, 0})], 100, 40) << left << "," << top;
    }
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
