#include "imaging/decode/mask.h"

#include <spng.h>

#include "testkit/images.h"

namespace goetia {
namespace {

using namespace testkit;

// A PNG of any kind from its raw rows.
std::string png(int width, int height, spng_color_type type, int depth, std::vector<std::uint8_t> raw) {
    spng_ctx* context = spng_ctx_new(SPNG_CTX_ENCODER);
    spng_set_option(context, SPNG_ENCODE_TO_BUFFER, 1);
    spng_ihdr header{};
    header.width = static_cast<std::uint32_t>(width), header.height = static_cast<std::uint32_t>(height);
    header.bit_depth = static_cast<std::uint8_t>(depth), header.color_type = static_cast<std::uint8_t>(type);
    EXPECT_EQ(spng_set_ihdr(context, &header), 0);
    if (type == SPNG_COLOR_TYPE_INDEXED) {
        spng_plte palette{.n_entries = 16};
        for (int i = 0; i < 16; ++i) palette.entries[i] = {static_cast<std::uint8_t>(255 - i), 9, 9, 0};
        EXPECT_EQ(spng_set_plte(context, &palette), 0);
    }
    EXPECT_EQ(spng_encode_image(context, raw.data(), raw.size(), SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE), 0);
    std::size_t size = 0;
    int code = 0;
    void* bytes = spng_get_png_buffer(context, &size, &code);
    std::string text(static_cast<const char*>(bytes), size);
    std::free(bytes);
    spng_ctx_free(context);
    return text;
}

using Pixels = std::vector<std::uint8_t>;

TEST(DecodeMask, takes_the_values_unchanged) {
    EXPECT_EQ(decode_mask(png(3, 2, SPNG_COLOR_TYPE_GRAYSCALE, 8, {0, 1, 255, 7, 2, 3}), "a")->pixels,
              (Pixels{0, 1, 255, 7, 2, 3}));
    EXPECT_EQ(decode_mask(png(3, 2, SPNG_COLOR_TYPE_INDEXED, 8, {0, 1, 15, 7, 2, 3}), "a")->pixels,
              (Pixels{0, 1, 15, 7, 2, 3}))
        << "palette indices, not colours";
    EXPECT_EQ(decode_mask(png(3, 2, SPNG_COLOR_TYPE_INDEXED, 4, {0x12, 0x30, 0x4F, 0x50}), "a")->pixels,
              (Pixels{1, 2, 3, 4, 15, 5}));
    EXPECT_EQ(decode_mask(png(3, 2, SPNG_COLOR_TYPE_GRAYSCALE, 2, {0b00'01'10'00, 0b11'00'01'00}), "a")->pixels,
              (Pixels{0, 1, 2, 3, 0, 1}))
        << "not stretched to 255";
    EXPECT_EQ(decode_mask(png(2, 1, SPNG_COLOR_TYPE_GRAYSCALE, 16, {5, 0, 255, 0}), "a")->pixels, (Pixels{5, 255}));
    const Image mask = decode_mask(encode_png({2, 1, 3, {4, 4, 4, 9, 9, 9}}).value(), "a").value();
    EXPECT_EQ(mask.pixels, (Pixels{4, 9}));
    EXPECT_EQ(mask.channels, 1);
}

TEST(DecodeMask, refuses_colours_and_values_above_255) {
    EXPECT_EQ(
        decode_mask(encode_png(gradient_image(4, 4)).value(), "a.png").error().message,
        "cannot decode 'a.png': it has colours, but a mask's pixels are class numbers; write it as grey or with a "
        "palette");
    EXPECT_EQ(decode_mask(png(2, 1, SPNG_COLOR_TYPE_GRAYSCALE, 16, {5, 0, 0, 1}), "a.png").error().message,
              "cannot decode 'a.png': a mask's values go up to 255, found 256; write it in 8 bits");
    EXPECT_EQ(decode_mask(encode_jpeg(gradient_image(4, 4), 90).value(), "a.jpg").error().message,
              "cannot decode 'a.jpg': it is not a PNG file, as masks must be");
    EXPECT_EQ(decode_mask("", "a.png").error().message, "cannot decode 'a.png': the file is empty");
    const std::string whole = png(3, 2, SPNG_COLOR_TYPE_GRAYSCALE, 8, {0, 1, 255, 7, 2, 3});
    EXPECT_FALSE(decode_mask(whole.substr(0, whole.size() - 20), "a.png"));
}

}  // namespace
}  // namespace goetia
