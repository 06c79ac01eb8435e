#include "imaging/kernels/scale.h"

#include <cstdlib>

#include <gtest/gtest.h>
#include <hwy/targets.h>

#include "base/random.h"
#include "imaging/kernels/geometry.h"
#include "imaging/kernels/resample.h"

namespace goetia {
namespace {

Image noise(int width, int height, std::uint64_t seed) {
    Image image{width, height, 3, {}};
    Random random({.seed = seed});
    for (int i = 0; i < width * height * 3; ++i) image.pixels.push_back(static_cast<std::uint8_t>(random.below(256)));
    return image;
}

std::vector<std::uint8_t> scaled(const Image& image, const ScaleOptions& options) {
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(options.window.width) * options.window.height * 3);
    ScaleScratch scratch;
    scale(PixelView::of(image), options,
          InterleavedBytes{bytes.data(), static_cast<std::size_t>(options.window.width) * 3}, scratch);
    return bytes;
}

ScaleOptions whole(const Image& image, int width, int height) {
    return {{0, 0, image.height, image.width}, width, height, {0, 0, height, width}};
}

struct Sizes {
    int from_width, from_height, width, height;
};
constexpr Sizes kSizes[] = {{97, 61, 40, 33},  {61, 97, 200, 150}, {33, 33, 33, 33}, {5, 4, 64, 3},
                            {300, 41, 19, 40}, {1, 1, 7, 9},       {130, 70, 1, 1},  {64, 200, 65, 13}};

TEST(Scale, every_pixel_is_within_one_of_the_exact_value) {
    for (const Sizes& sizes : kSizes) {
        const Image image = noise(sizes.from_width, sizes.from_height, 3);
        if (sizes.from_width > kMaxReduction * sizes.width || sizes.from_height > kMaxReduction * sizes.height)
            continue;
        const auto quick = scaled(image, whole(image, sizes.width, sizes.height));
        const auto exact = resized_exactly(image, sizes.width, sizes.height).pixels;
        ASSERT_EQ(quick.size(), exact.size());
        for (std::size_t i = 0; i < quick.size(); ++i) ASSERT_LE(std::abs(quick[i] - exact[i]), 1) << sizes.width;
    }
}

TEST(Scale, is_the_same_to_the_bit_on_every_processor) {
    const std::int64_t all = hwy::SupportedTargets();
    const Image image = noise(150, 110, 4);
    const ScaleOptions options{{3, 5, 100, 140}, 91, 70, {2, 1, 60, 80}, true, true};
    const auto widest = scaled(image, options);
    int tried = 0;
    for (std::int64_t left = all; left != 0; left &= left - 1, ++tried) {
        hwy::SetSupportedTargetsForTest(left & -left);
        hwy::GetChosenTarget().Update(hwy::SupportedTargets());
        EXPECT_EQ(scaled(image, options), widest) << hwy::TargetName(left & -left);
    }
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    EXPECT_GE(tried, 2) << "one vector unit and the plain code at least";
}

TEST(Scale, a_reduced_view_scales_like_the_reduced_image) {
    const Image half = noise(60, 41, 7);
    ScaleOptions options = whole(half, 25, 19);
    const auto own = scaled(half, options);
    options.part = {0, 0, 82, 120};
    options.reduction = 2;
    EXPECT_EQ(scaled(half, options), own);
    options.part = {0, 0, 81, 119};  // the last pixels have half of themselves outside
    EXPECT_EQ(source_part(options).height, 41);
    EXPECT_NE(scaled(half, options), own);
}

TEST(Scale, a_uniform_image_stays_uniform) {
    for (const int level : {0, 1, 127, 254, 255}) {
        const Image image{50, 40, 3, std::vector<std::uint8_t>(50 * 40 * 3, static_cast<std::uint8_t>(level))};
        for (const int side : {7, 40, 113}) {
            for (const std::uint8_t byte : scaled(image, whole(image, side, side))) ASSERT_EQ(byte, level);
        }
    }
}

TEST(Scale, parts_and_windows_equal_those_of_the_whole) {
    const Image image = noise(120, 90, 5), part{60, 50, 3, cropped(image, {20, 30, 50, 60}).pixels};
    const Image large{80, 70, 3, scaled(part, whole(part, 80, 70))};
    const Rect window{7, 9, 31, 40};
    EXPECT_EQ(scaled(image, {{20, 30, 50, 60}, 80, 70, {0, 0, 70, 80}}), large.pixels);
    EXPECT_EQ(scaled(image, {{20, 30, 50, 60}, 80, 70, window}), cropped(large, window).pixels);
    EXPECT_EQ(scaled(image, {{20, 30, 50, 60}, 80, 70, window, true, true}),
              flipped_vertically(flipped_horizontally(cropped(large, window))).pixels);
}

TEST(Scale, every_layout_of_source_and_target_gives_the_same) {
    const Image image = noise(70, 50, 6);
    const ScaleOptions options = whole(image, 45, 47);
    const auto bytes = scaled(image, options);
    std::vector<std::uint8_t> planar(image.pixels.size());
    for (std::size_t i = 0; i < 70 * 50; ++i) {
        for (std::size_t c = 0; c < 3; ++c) planar[c * 70 * 50 + i] = image.pixels[3 * i + c];
    }
    ByteToFloatTable levels{};
    for (auto& channel : levels) {
        for (std::size_t i = 0; i < 256; ++i) channel[i] = static_cast<float>(i) / 3;
    }
    const PixelView view{planar.data(), 70, 70 * 50, 1, 70, 50};
    const std::size_t area = 45 * 47;
    std::vector<float> numbers(area * 3);
    std::vector<std::uint8_t> planes(area * 3);
    ScaleScratch scratch;
    scale(view, options, PlanarFloats{numbers.data(), 45, area, &levels}, scratch);
    scale(view, options, PlanarBytes{planes.data(), 45, area}, scratch);
    for (std::size_t i = 0; i < area; ++i) {
        for (std::size_t c = 0; c < 3; ++c) {
            ASSERT_EQ(planes[c * area + i], bytes[3 * i + c]);
            ASSERT_EQ(numbers[c * area + i], levels[c][bytes[3 * i + c]]);
        }
    }
}

}  // namespace
}  // namespace goetia
