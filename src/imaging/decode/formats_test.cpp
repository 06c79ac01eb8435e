// Decoders other than JPEG and PNG on hostile and unusual files. Their pixels are compared with Pillow's in
// tests/oracles.
#include <gmock/gmock.h>
#include <webp/encode.h>

#include "imaging/decode/alpha.h"
#include "imaging/decode/exif.h"
#include "testkit/images.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using namespace std::string_literals;
using namespace testkit;

std::string number(std::uint32_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 255);
    return text;
}

std::string bmp(int width, int height, std::uint32_t bits, std::uint32_t compression, const std::string& rest) {
    return "BM" + number(0, 4) + number(0, 4) + number(54, 4) + number(40, 4) +
           number(static_cast<std::uint32_t>(width), 4) + number(static_cast<std::uint32_t>(height), 4) + number(1, 2) +
           number(bits, 2) + number(compression, 4) + std::string(20, '\0') + rest;
}

std::string webp(const Image& image) {
    std::uint8_t* bytes = nullptr;
    const std::size_t size =
        WebPEncodeLosslessRGB(image.pixels.data(), image.width, image.height, image.width * 3, &bytes);
    std::string file(reinterpret_cast<const char*>(bytes), size);
    WebPFree(bytes);
    return file;
}

std::string format_error(const std::string& file, const DecodeLimits& limits = {}) {
    const auto image = decode_image(file, "x", limits);
    return image ? "no error" : image.error().message;
}

// A little-endian TIFF of one strip, grey: fields as (tag, type, count, value).
std::string tiff(std::uint32_t width, std::uint32_t height, std::uint32_t bits, const std::string& pixels) {
    const std::vector<std::array<std::uint32_t, 4>> fields{
        {256, 4, 1, width}, {257, 4, 1, height}, {258, 3, 1, bits},
        {259, 3, 1, 1},     {262, 3, 1, 1},      {273, 4, 1, 8},
        {277, 3, 1, 1},     {278, 4, 1, height}, {279, 4, 1, static_cast<std::uint32_t>(pixels.size())}};
    std::string file = "II*\0"s + number(8 + static_cast<std::uint32_t>(pixels.size()), 4) + pixels;
    file += number(static_cast<std::uint32_t>(fields.size()), 2);
    for (const auto& [tag, type, count, value] : fields)
        file += number(tag, 2) + number(type, 2) + number(count, 4) + number(value, 4);
    return file + number(0, 4);
}

TEST(Bmp, rows_from_the_bottom_or_from_the_top) {
    const std::string rows = "\3\2\1\0"s + "\6\5\4\0"s;  // one pixel to a row, blue first, filled to four bytes
    EXPECT_EQ(decode_image(bmp(1, 2, 24, 0, rows), "x")->pixels, (std::vector<std::uint8_t>{4, 5, 6, 1, 2, 3}));
    EXPECT_EQ(decode_image(bmp(1, -2, 24, 0, rows), "x")->pixels, (std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6}));
}

TEST(Bmp, unsupported_files_are_refused) {
    EXPECT_EQ(format_error("BM"), "cannot decode 'x': premature end of BMP file");
    EXPECT_EQ(format_error(bmp(1, 2, 24, 0, "\3\2\1\0"s)), "cannot decode 'x': premature end of BMP file");
    EXPECT_EQ(format_error(bmp(1, 1, 7, 0, "....")),
              "cannot decode 'x': this build does not read BMP files of 7 bits with compression 0");
    EXPECT_EQ(format_error(bmp(0, 1, 24, 0, "....")), "cannot decode 'x': its header says 0x1 pixels");
    EXPECT_THAT(format_error(bmp(100000, 100000, 24, 0, "....")), HasSubstr("100000x100000 pixels; at most"));
    EXPECT_THAT(format_error(bmp(1, std::numeric_limits<int>::min(), 24, 0, "....")), HasSubstr("at most"));
}

TEST(Bmp, runs_beyond_the_image_are_cut_off) {
    const std::string palette(1024, '\x40');
    std::string file = bmp(2, 1, 8, 1, palette + "\xFF\1\0\2\xFF\xFF\0\1"s);
    file[10] = static_cast<char>((54 + 1024) & 255), file[11] = static_cast<char>((54 + 1024) >> 8);
    const auto image = decode_image(file, "x");
    ASSERT_TRUE(image) << image.error().message;
    EXPECT_EQ(image->pixels, std::vector<std::uint8_t>(6, 0x40));
}

TEST(WebP, a_lossless_file_round_trips) {
    const Image image = gradient_image(13, 7, 200);
    EXPECT_EQ(decode_image(webp(image), "x")->pixels, image.pixels);
}

TEST(WebP, truncated_or_too_large_files_are_refused) {
    const std::string file = webp(gradient_image(40, 30));
    for (std::size_t length = 13; length < file.size(); length += 5)
        EXPECT_THAT(format_error(file.substr(0, length)), HasSubstr("cannot decode 'x': ")) << length;
    EXPECT_EQ(format_error(file, {.pixels = 100}),
              "cannot decode 'x': its header says 40x30 pixels; at most 100 pixels are decoded");
}

TEST(WebP, the_orientation_is_read_from_its_exif_chunk) {
    const std::string block("MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0", 26);
    const std::string chunk = "RIFF" + number(0, 4) + "WEBP" + "ABCD" + number(3, 4) + "123 " + "EXIF" + number(26, 4);
    EXPECT_EQ(webp_orientation(chunk + block), 6);
    EXPECT_EQ(webp_orientation(chunk), 1) << "cut short";
    EXPECT_EQ(webp_orientation("RIFF"), 1);
}

TEST(Tiff, grey_of_8_and_16_bits) {
    EXPECT_EQ(decode_image(tiff(2, 1, 8, "\x07\xFA"), "x")->pixels,
              (std::vector<std::uint8_t>{7, 7, 7, 250, 250, 250}));
    EXPECT_EQ(decode_image(tiff(1, 1, 16, "\xFF\x81"), "x")->pixels, (std::vector<std::uint8_t>{0x81, 0x81, 0x81}));
}

TEST(Tiff, truncated_damaged_or_too_large_files_are_refused) {
    const std::string file = tiff(20, 10, 8, std::string(200, 'a'));
    const std::size_t needed = file.size() - 4;  // the place of a next image ends the file
    for (std::size_t length = 4; length < needed; length += 3)
        EXPECT_THAT(format_error(file.substr(0, length)), HasSubstr("cannot decode 'x': ")) << length;
    EXPECT_THAT(format_error(tiff(20, 10, 8, "few")), HasSubstr("cannot decode 'x': "));
    EXPECT_EQ(format_error(file, {.pixels = 100}),
              "cannot decode 'x': its header says 20x10 pixels; at most 100 pixels are decoded");
    EXPECT_THAT(format_error(tiff(20, 10, 13, std::string(400, 'a'))), HasSubstr("cannot decode 'x': "));
}

TEST(Alpha, is_dropped_or_blended_with_the_background) {
    const Image rgba{3, 1, 4, {100, 0, 200, 255, 100, 0, 200, 0, 100, 0, 200, 51}};
    EXPECT_EQ(without_alpha(rgba, {}).pixels, (std::vector<std::uint8_t>{100, 0, 200, 100, 0, 200, 100, 0, 200}));
    EXPECT_EQ(without_alpha(rgba, BackgroundColour{50, 255, 0}).pixels,
              (std::vector<std::uint8_t>{100, 0, 200, 50, 255, 0, 60, 204, 40}));
}

}  // namespace
}  // namespace goetia
