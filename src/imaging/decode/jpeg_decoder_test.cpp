#include "imaging/decode/jpeg_decoder.h"

#include <cmath>

#include <hwy/targets.h>
#include <turbojpeg.h>

#include "base/random.h"
#include "imaging/decode/formats.h"
#include "testkit/images.h"

namespace goetia {
namespace {

// Waves with some noise, in any sampling.
std::string jpeg(int width, int height, int sampling, int quality, std::uint64_t seed) {
    Random random({.seed = seed});
    const bool grey = sampling == TJSAMP_GRAY;
    std::vector<std::uint8_t> pixels;
    const std::int64_t rough = random.below(2) == 0 ? 4 : 60;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            for (int c = 0; c < (grey ? 1 : 3); ++c) {
                const double wave = 128 + 60 * std::sin(x / (11.0 + c)) + 60 * std::cos(y / (17.0 - c));
                const double level = wave + static_cast<double>(random.between(-rough, rough));
                pixels.push_back(static_cast<std::uint8_t>(std::clamp(level, 0.0, 255.0)));
            }
        }
    }
    tjhandle handle = tjInitCompress();
    unsigned char* bytes = nullptr;
    unsigned long size = 0;
    EXPECT_EQ(tjCompress2(handle, pixels.data(), width, 0, height, grey ? TJPF_GRAY : TJPF_RGB, &bytes, &size, sampling,
                          quality, 0),
              0);
    std::string file(reinterpret_cast<const char*>(bytes), size);
    tjFree(bytes);
    tjDestroy(handle);
    return file;
}

Image part_of(const PixelView& view, const Rect& rect) {
    Image image{rect.width, rect.height, 3, {}};
    for (int y = rect.top; y < rect.top + rect.height; ++y) {
        for (int x = rect.left; x < rect.left + rect.width; ++x) {
            for (std::size_t c = 0; c < 3; ++c)
                image.pixels.push_back(view.data[static_cast<std::size_t>(y - view.top) * view.row +
                                                 static_cast<std::size_t>(x - view.left) * view.step + c * view.plane]);
        }
    }
    return image;
}

Rect any_part(Random& random, int width, int height) {
    const int left = static_cast<int>(random.below(width)), top = static_cast<int>(random.below(height));
    return {top, left, 1 + static_cast<int>(random.below(height - top)),
            1 + static_cast<int>(random.below(width - left))};
}

// Images of at least `side` pixels, reduced so many times: how many of the 60 were plain JPEG files.
int parts_like_the_library_s(int times, int side) {
    Random random({.seed = 7});
    JpegDecoder decoder;
    int plain = 0;
    for (int i = 0; i < 60; ++i) {
        const int width = side + static_cast<int>(random.below(150)),
                  height = side + static_cast<int>(random.below(120));
        const int sampling = std::array{TJSAMP_444, TJSAMP_422, TJSAMP_420, TJSAMP_GRAY}[random.below(4)];
        const std::string file = jpeg(width, height, sampling, 20 + static_cast<int>(random.below(80)), i);
        const Image whole = decode_jpeg(file, "x", {}, times).value();
        EXPECT_EQ(whole.width, (width + times - 1) / times);
        if (!decoder.open(file)) continue;
        ++plain;
        const std::string index = decoder.make_index();
        EXPECT_FALSE(index.empty());
        for (int t = 0; t < 6; ++t) {
            const Rect rect =
                t == 0 ? Rect{0, 0, whole.height, whole.width} : any_part(random, whole.width, whole.height);
            EXPECT_TRUE(decoder.open(file, t % 2 == 0 ? "" : std::string_view(index)));
            const PixelView view = decoder.decode(rect, "x", times).value();
            EXPECT_EQ(view.step, 1) << "decoded here, not by the library";
            EXPECT_EQ(part_of(view, rect).pixels, cropped(whole, rect).pixels)
                << width << "x" << height << " by " << times << " sampling " << sampling << " at " << rect.left << ","
                << rect.top;
        }
    }
    return plain;
}

TEST(JpegDecoder, any_region_equals_the_library_s) { EXPECT_GT(parts_like_the_library_s(1, 1), 50); }

TEST(JpegDecoder, any_region_of_a_reduced_image_equals_the_library_s) {
    // The library knows more reductions, which give tiny images the same size.
    for (const int times : {2, 4}) EXPECT_GT(parts_like_the_library_s(times, 20), 50);
}

TEST(JpegDecoder, is_the_same_on_every_processor) {
    const std::string file = jpeg(90, 70, TJSAMP_420, 80, 1);
    const Image whole = decode_image(file, "x").value(), half = decode_jpeg(file, "x", {}, 2).value(),
                quarter = decode_jpeg(file, "x", {}, 4).value();
    JpegDecoder decoder;
    for (std::int64_t left = hwy::SupportedTargets(); left != 0; left &= left - 1) {
        hwy::SetSupportedTargetsForTest(left & -left);
        hwy::GetChosenTarget().Update(hwy::SupportedTargets());
        ASSERT_TRUE(decoder.open(file));
        const Rect rect{5, 9, 60, 70}, small{3, 2, 14, 20};
        EXPECT_EQ(part_of(decoder.decode(rect, "x").value(), rect).pixels, cropped(whole, rect).pixels);
        EXPECT_EQ(part_of(decoder.decode(small, "x", 2).value(), small).pixels, cropped(half, small).pixels);
        EXPECT_EQ(part_of(decoder.decode(small, "x", 4).value(), small).pixels, cropped(quarter, small).pixels);
    }
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

TEST(JpegDecoder, every_mix_of_two_chroma_values_becomes_the_library_s_colour) {
    // Each block one colour: 4:4:4 at full quality keeps 256 x 256 of them well spread.
    std::vector<std::uint8_t> planes;
    constexpr int kSide = 256;
    for (int c = 0; c < 3; ++c) {
        for (int y = 0; y < kSide; ++y) {
            for (int x = 0; x < kSide; ++x)
                planes.push_back(static_cast<std::uint8_t>(c == 0 ? 128 : (c == 1 ? x / 8 * 8 + 3 : y / 8 * 8 + 3)));
        }
    }
    tjhandle handle = tjInitCompress();
    unsigned char* bytes = nullptr;
    unsigned long size = 0;
    const unsigned char* from[] = {planes.data(), planes.data() + kSide * kSide, planes.data() + 2 * kSide * kSide};
    ASSERT_EQ(tjCompressFromYUVPlanes(handle, from, kSide, nullptr, kSide, TJSAMP_444, &bytes, &size, 100, 0), 0);
    const std::string file(reinterpret_cast<const char*>(bytes), size);
    tjFree(bytes);
    tjDestroy(handle);
    JpegDecoder decoder;
    ASSERT_TRUE(decoder.open(file));
    const Rect all{0, 0, kSide, kSide};
    EXPECT_EQ(part_of(decoder.decode(all, "x").value(), all).pixels, decode_image(file, "x").value().pixels);
}

TEST(JpegDecoder, damage_in_the_requested_region_is_the_library_s_error) {
    std::string file = jpeg(120, 100, TJSAMP_420, 90, 2);
    JpegDecoder decoder;
    ASSERT_TRUE(decoder.open(file));
    for (std::size_t i = file.size() / 2; i < file.size() / 2 + 40; ++i) file[i] = '\xFF';
    ASSERT_TRUE(decoder.open(file));
    const auto view = decoder.decode({0, 0, 100, 120}, "x.jpg");
    const auto whole = decode_image(file, "x.jpg");
    ASSERT_EQ(view.ok(), whole.ok());
    if (!view) {
        EXPECT_EQ(view.error().message, whole.error().message);
    }
}

TEST(JpegDecoder, truncated_files_are_left_to_the_library) {
    const std::string file = jpeg(60, 50, TJSAMP_420, 90, 3);
    JpegDecoder decoder;
    for (std::size_t length = 0; length < file.size(); length += 5) EXPECT_FALSE(decoder.open(file.substr(0, length)));
}

TEST(JpegDecoder, oversized_coefficients_are_left_to_the_library) {
    std::string file = jpeg(60, 50, TJSAMP_420, 90, 3);
    JpegDecoder decoder;
    ASSERT_TRUE(decoder.open(file));
    std::size_t table = 0;  // of numbers beside the first: its class is 1
    do {
        table = file.find("\xFF\xC4", table + 1);
        ASSERT_NE(table, std::string::npos);
    } while (file[table + 4] != 0x10);
    file[table + 4 + 1 + 16] = 0x0B;  // what its first code means: eleven bits
    EXPECT_FALSE(decoder.open(file));
    file[table + 4 + 1 + 16] = 0x0A;
    EXPECT_TRUE(decoder.open(file));
}

TEST(JpegDecoder, an_index_is_built_only_for_decodable_files) {
    const std::string file = jpeg(70, 50, TJSAMP_420, 75, 4);
    JpegDecoder decoder;
    Random random({.seed = 10});
    int readable = 0;
    for (int i = 0; i < 2000; ++i) {
        std::string bad = file;
        bad[bad.size() / 2 + random.below(bad.size() / 2)] = static_cast<char>(random.below(256));
        if (!decoder.open(bad) || decoder.make_index().empty()) continue;
        const Rect all{0, 0, decoder.height(), decoder.width()};
        const auto view = decoder.decode(all, "x");
        ASSERT_TRUE(view && view->step == 1) << "decoded here, not by the library";
        ++readable;
    }
    EXPECT_GT(readable, 100);
}

TEST(JpegDecoder, no_changed_byte_gives_pixels_other_than_the_library_s) {
    const std::string file = jpeg(70, 50, TJSAMP_420, 75, 4);
    JpegDecoder decoder;
    Random random({.seed = 9});
    for (int i = 0; i < 400; ++i) {
        std::string bad = file;
        for (int k = 0; k < 3; ++k) bad[random.below(bad.size())] = static_cast<char>(random.below(256));
        if (!decoder.open(bad) || decoder.width() > 500 || decoder.height() > 500) continue;
        const Rect rect{0, 0, decoder.height(), decoder.width()};
        const auto view = decoder.decode(rect, "x");
        if (view) {
            EXPECT_EQ(part_of(view.value(), rect).pixels.size(),
                      static_cast<std::size_t>(rect.width) * rect.height * 3);
        }
        const std::string index = decoder.make_index();
        if (decoder.open(bad, index)) {
            EXPECT_EQ(decoder.decode(rect, "x").ok(), view.ok());
        }
    }
}

TEST(JpegDecoder, an_index_of_another_file_is_ignored) {
    const std::string file = jpeg(100, 80, TJSAMP_420, 80, 5);
    JpegDecoder decoder;
    ASSERT_TRUE(decoder.open(file, "not an index"));
    const Rect rect{10, 10, 50, 50};
    EXPECT_EQ(part_of(decoder.decode(rect, "x").value(), rect).pixels,
              cropped(decode_image(file, "x").value(), rect).pixels);
}

}  // namespace
}  // namespace goetia
