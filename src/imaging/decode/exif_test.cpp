#include "imaging/decode/exif.h"

#include "testkit/images.h"

namespace goetia {
namespace {

std::string exif_tiff(bool little, int orientation, bool as_long = false) {
    const auto number = [&](unsigned value, int width) {
        std::string bytes;
        for (int i = 0; i < width; ++i) bytes += static_cast<char>(value >> 8 * (little ? i : width - 1 - i) & 0xFF);
        return bytes;
    };
    return (little ? "II" : "MM") + number(42, 2) + number(8, 4) + number(2, 2)  //
           + number(0x010F, 2) + number(2, 2) + number(1, 4) + number(0, 4)      // another tag first
           + number(0x0112, 2) + number(as_long ? 4 : 3, 2) + number(1, 4) +
           number(static_cast<unsigned>(orientation), as_long ? 4 : 2) + number(0, as_long ? 0 : 2) + number(0, 4);
}

TEST(Exif, the_orientation_is_read_in_both_byte_orders) {
    for (int orientation = 1; orientation <= 8; ++orientation) {
        EXPECT_EQ(exif_orientation(exif_tiff(true, orientation)), orientation);
        EXPECT_EQ(exif_orientation(exif_tiff(false, orientation)), orientation);
        EXPECT_EQ(exif_orientation(exif_tiff(true, orientation, true)), orientation) << "in four bytes";
        EXPECT_EQ(exif_orientation(exif_tiff(false, orientation, true)), orientation) << "in four bytes";
    }
}

TEST(Exif, a_damaged_block_means_upright) {
    EXPECT_EQ(exif_orientation(""), 1);
    EXPECT_EQ(exif_orientation("II"), 1);
    EXPECT_EQ(exif_orientation(exif_tiff(true, 9)), 1);
    const std::string whole = exif_tiff(false, 6);
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const int orientation = exif_orientation(whole.substr(0, length));
        EXPECT_TRUE(orientation == 1 || orientation == 6) << length;
    }
    EXPECT_EQ(jpeg_orientation(std::string("\xFF\xD8\xFF\xE1\xFF\xFF"
                                           "Exif\0\0II",
                                           14)),
              1);
}

TEST(Exif, each_orientation_moves_the_first_pixel_where_exif_says) {
    // A 3x2 image of letters, as each orientation stores "abc/def".
    const std::vector<std::pair<int, std::string>> stored{{1, "abcdef"}, {2, "cbafed"}, {3, "fedcba"}, {4, "defabc"},
                                                          {5, "adbecf"}, {6, "cfbead"}, {7, "fcebda"}, {8, "daebfc"}};
    for (const auto& [orientation, letters] : stored) {
        Image image{orientation < 5 ? 3 : 2, orientation < 5 ? 2 : 3, 3, {}};
        for (const char letter : letters) image.pixels.insert(image.pixels.end(), 3, static_cast<std::uint8_t>(letter));
        const Image turned = upright(image, orientation);
        std::string read;
        for (std::size_t i = 0; i < turned.pixels.size(); i += 3) read += static_cast<char>(turned.pixels[i]);
        EXPECT_EQ(turned.width, 3) << orientation;
        EXPECT_EQ(read, "abcdef") << orientation;
    }
}

}  // namespace
}  // namespace goetia
