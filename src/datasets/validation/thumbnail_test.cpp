#include "datasets/validation/thumbnail.h"

#include <gtest/gtest.h>

#include "imaging/decode/decode.h"
#include "imaging/decode/encode.h"
#include "testkit/faulty_sets.h"

namespace goetia {
namespace {

using testkit::stripes;

Image brighter(Image image) {
    for (std::uint8_t& pixel : image.pixels) pixel = static_cast<std::uint8_t>(pixel * 4 / 5 + 40);
    return image;
}

// A stroke of a pen on black, as on a scanned form: the same hash whichever way its end bends.
Image stroke(int bend) {
    Image image{28, 28, 3, std::vector<std::uint8_t>(28 * 28 * 3, 0)};
    for (int y = 4; y < 24; ++y) {
        const int x = 13 + (y > 14 ? bend * (y - 14) / 10 : 0);
        for (int wide = -1; wide <= 1; ++wide) {
            for (int c = 0; c < 3; ++c)
                image.pixels[static_cast<std::size_t>((y * 28 + x + wide) * 3 + c)] = wide == 0 ? 255 : 160;
        }
    }
    return image;
}

TEST(Thumbnail, recognises_copies_of_another_size_quality_and_brightness) {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        const Thumbnail own = thumbnail(stripes(seed, 160, 120));
        EXPECT_EQ(own.size(), 400U);
        EXPECT_GT(correlation(own, thumbnail(stripes(seed, 320, 240))), kSameImage);
        EXPECT_GT(correlation(own, thumbnail(stripes(seed, 4000, 3000))), kSameImage)
            << "of which not every pixel is read";
        EXPECT_GT(correlation(own, thumbnail(brighter(stripes(seed, 160, 120)))), kSameImage);
        const auto jpeg = decode_image(encode_jpeg(stripes(seed, 160, 120), 60).value(), "a.jpg");
        EXPECT_GT(correlation(own, thumbnail(jpeg.value())), kSameImage);
    }
}

TEST(Thumbnail, tells_small_differences_apart) {
    EXPECT_DOUBLE_EQ(correlation(thumbnail(stroke(0)), thumbnail(stroke(0))), 1);
    EXPECT_LT(correlation(thumbnail(stroke(0)), thumbnail(stroke(4))), kSameImage);
    EXPECT_LT(correlation(thumbnail(stroke(2)), thumbnail(stroke(-2))), kSameImage);
    EXPECT_LT(correlation(thumbnail(stripes(1)), thumbnail(stripes(2))), 0.9);
}

TEST(Thumbnail, of_images_without_contrast_or_pixels_are_not_alike) {
    const Image flat{40, 30, 3, std::vector<std::uint8_t>(40 * 30 * 3, 77)};
    EXPECT_EQ(correlation(thumbnail(flat), thumbnail(flat)), 0);
    EXPECT_TRUE(thumbnail({}).empty());
    EXPECT_EQ(correlation({}, {}), 0);
    EXPECT_EQ(thumbnail(stripes(1, 3, 2)).size(), 400U) << "smaller than its thumbnail";
}

}  // namespace
}  // namespace goetia
