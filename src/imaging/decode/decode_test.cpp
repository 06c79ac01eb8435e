#include "imaging/decode/decode.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <spng.h>
#include <turbojpeg.h>

#include "testkit/images.h"

namespace goetia {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using namespace testkit;

// A PNG of any kind, row by row as the format stores it.
std::string raw_png(std::uint32_t width, std::uint32_t height, std::uint8_t bits, std::uint8_t type,
                    std::vector<std::uint8_t> bytes, const std::vector<spng_plte_entry>& palette = {}) {
    spng_ctx* context = spng_ctx_new(SPNG_CTX_ENCODER);
    spng_set_option(context, SPNG_ENCODE_TO_BUFFER, 1);
    spng_ihdr header{width, height, bits, type, 0, 0, 0};
    EXPECT_EQ(spng_set_ihdr(context, &header), 0);
    if (!palette.empty()) {
        spng_plte table{};
        table.n_entries = static_cast<std::uint32_t>(palette.size());
        std::copy(palette.begin(), palette.end(), table.entries);
        EXPECT_EQ(spng_set_plte(context, &table), 0);
    }
    EXPECT_EQ(spng_encode_image(context, bytes.data(), bytes.size(), SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE), 0);
    std::size_t size = 0;
    int code = 0;
    void* file = spng_get_png_buffer(context, &size, &code);
    const std::string result(static_cast<const char*>(file), size);
    std::free(file);
    spng_ctx_free(context);
    return result;
}

// 16-bit levels as the encoder takes them: in the machine's own byte order.
std::vector<std::uint8_t> wide(const std::vector<std::uint16_t>& levels) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(levels.data());
    return {bytes, bytes + levels.size() * 2};
}

std::string jpeg_of(const std::vector<std::uint8_t>& pixels, int width, int height, int format, int sampling) {
    tjhandle handle = tjInitCompress();
    unsigned char* bytes = nullptr;
    unsigned long size = 0;
    EXPECT_EQ(tjCompress2(handle, pixels.data(), width, 0, height, format, &bytes, &size, sampling, 100, 0), 0)
        << tjGetErrorStr2(handle);
    std::string file(reinterpret_cast<const char*>(bytes), size);
    tjFree(bytes);
    tjDestroy(handle);
    return file;
}

std::vector<std::uint8_t> pixels_of(const std::string& file) {
    const auto image = decode_image(file, "x");
    EXPECT_TRUE(image) << to_string(image.error());
    return image ? image->pixels : std::vector<std::uint8_t>{};
}

std::string error_of(std::string_view file, const DecodeLimits& limits = {}) {
    const auto image = decode_image(file, "x.jpg", limits);
    return image ? "no error" : image.error().message;
}

TEST(Decode, a_png_comes_back_as_it_was) {
    const Image image = gradient_image(13, 7, 200);
    const Image back = decode_image(encode_png(image).value(), "x").value();
    EXPECT_EQ(back.width, 13);
    EXPECT_EQ(back.height, 7);
    EXPECT_EQ(back.pixels, image.pixels);
}

TEST(Decode, every_kind_of_png_becomes_rgb) {
    using Bytes = std::vector<std::uint8_t>;
    EXPECT_EQ(pixels_of(raw_png(2, 1, 8, SPNG_COLOR_TYPE_GRAYSCALE, {7, 250})), (Bytes{7, 7, 7, 250, 250, 250}));
    EXPECT_EQ(pixels_of(raw_png(2, 1, 1, SPNG_COLOR_TYPE_GRAYSCALE, {0x40})), (Bytes{0, 0, 0, 255, 255, 255}));
    EXPECT_EQ(pixels_of(raw_png(1, 1, 8, SPNG_COLOR_TYPE_GRAYSCALE_ALPHA, {9, 100})), (Bytes{9, 9, 9}));
    EXPECT_EQ(pixels_of(raw_png(1, 1, 8, SPNG_COLOR_TYPE_TRUECOLOR_ALPHA, {1, 2, 3, 0})), (Bytes{1, 2, 3}));
    EXPECT_EQ(pixels_of(raw_png(1, 1, 16, SPNG_COLOR_TYPE_TRUECOLOR, wide({0x12FF, 0x8000, 0xFFFF}))),
              (Bytes{0x12, 0x80, 0xFF}));
    EXPECT_EQ(pixels_of(raw_png(1, 1, 16, SPNG_COLOR_TYPE_GRAYSCALE, wide({0x81FF}))), (Bytes{0x81, 0x81, 0x81}));
    EXPECT_EQ(pixels_of(raw_png(2, 1, 8, SPNG_COLOR_TYPE_INDEXED, {1, 0}, {{10, 20, 30, 255}, {40, 50, 60, 255}})),
              (Bytes{40, 50, 60, 10, 20, 30}));
}

TEST(Decode, jpegs_of_colour_grey_and_four_inks_become_rgb) {
    const auto near = [](std::uint8_t a, int b) { return std::abs(a - b) <= 3; };
    std::vector<std::uint8_t> colour;
    for (int i = 0; i < 256; ++i) colour.insert(colour.end(), {200, 60, 30});
    const auto rgb = pixels_of(jpeg_of(colour, 16, 16, TJPF_RGB, TJSAMP_444));
    ASSERT_EQ(rgb.size(), 16U * 16 * 3);
    EXPECT_TRUE(near(rgb[0], 200) && near(rgb[1], 60) && near(rgb[2], 30))
        << +rgb[0] << " " << +rgb[1] << " " << +rgb[2];
    const auto grey = pixels_of(jpeg_of(std::vector<std::uint8_t>(256, 99), 16, 16, TJPF_GRAY, TJSAMP_GRAY));
    EXPECT_TRUE(near(grey[0], 99) && grey[0] == grey[1] && grey[1] == grey[2]);
    std::vector<std::uint8_t> inks;
    for (int i = 0; i < 256; ++i) inks.insert(inks.end(), {255, 128, 0, 200});  // inverted: 255 is no ink
    const auto printed = pixels_of(jpeg_of(inks, 16, 16, TJPF_CMYK, TJSAMP_444));
    EXPECT_TRUE(near(printed[0], 200) && near(printed[1], 100) && near(printed[2], 0))
        << +printed[0] << " " << +printed[1] << " " << +printed[2];
}

TEST(Decode, the_camera_s_orientation_is_honoured) {
    const std::string plain = encode_jpeg(gradient_image(24, 16), 95).value();
    std::string block("Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0", 32);
    std::string marker("\xFF\xE1");
    marker += static_cast<char>(0);
    marker += static_cast<char>(block.size() + 2);
    const std::string turned = plain.substr(0, 2) + marker + block + plain.substr(2);
    const Image image = decode_image(turned, "x").value();
    EXPECT_EQ(image.width, 16);
    EXPECT_EQ(image.height, 24);
}

TEST(Decode, a_file_cut_short_is_an_error) {
    const std::string jpeg = encode_jpeg(gradient_image(64, 64), 90).value(),
                      png = encode_png(gradient_image(64, 64)).value();
    EXPECT_EQ(error_of(jpeg.substr(0, jpeg.size() / 2)), "cannot decode 'x.jpg': premature end of JPEG file");
    EXPECT_THAT(error_of(png.substr(0, png.size() / 2)), StartsWith("cannot decode 'x.jpg': "));
    for (std::size_t length = 0; length + 2 < jpeg.size(); length += 7)
        EXPECT_FALSE(decode_image(jpeg.substr(0, length), "x")) << length;
    for (std::size_t length = 0; length + 12 < png.size(); length += 7)
        EXPECT_FALSE(decode_image(png.substr(0, length), "x")) << length;
}

TEST(Decode, a_damaged_png_is_an_error) {
    std::string png = encode_png(gradient_image(64, 64)).value();
    png[png.size() / 2] = static_cast<char>(png[png.size() / 2] ^ 0x55);
    EXPECT_THAT(error_of(png), StartsWith("cannot decode 'x.jpg': "));
}

TEST(Decode, a_file_that_is_not_an_image_is_refused) {
    EXPECT_EQ(error_of(""), "cannot decode 'x.jpg': the file is empty");
    EXPECT_EQ(error_of("GIF89a"), "cannot decode 'x.jpg': it is not a JPEG, PNG, BMP, WebP or TIFF file");
    EXPECT_EQ(read_image("/no/such.png").error().message, "cannot open '/no/such.png': No such file or directory");
}

TEST(Decode, a_header_that_promises_too_much_is_refused) {
    EXPECT_EQ(error_of(encode_png(gradient_image(40, 30)).value(), {.pixels = 1000}),
              "cannot decode 'x.jpg': its header says 40x30 pixels; at most 1000 pixels are decoded");
    EXPECT_THAT(error_of(encode_jpeg(gradient_image(40, 30), 90).value(), {.pixels = 1000}),
                HasSubstr("40x30 pixels; at most 1000"));
}

TEST(Decode, image_extensions_are_recognised_in_any_case) {
    for (const char* name : {"a.jpg", "b.JPEG", "图.Png", "c.jfif"}) EXPECT_TRUE(has_image_extension(name)) << name;
    for (const char* name : {"a.gif", "b.HEIC"}) {
        EXPECT_FALSE(has_image_extension(name)) << name;
        EXPECT_TRUE(has_unsupported_image_extension(name)) << name;
    }
    for (const char* name : {"a.txt", "jpg", "a.jpg.part", ".png"}) EXPECT_FALSE(has_image_extension(name)) << name;
}

}  // namespace
}  // namespace goetia
