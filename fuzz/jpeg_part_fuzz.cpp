// Our own decoder of JPEG parts: a part is what the whole image has there, with an index or without, and the whole is
// the library's; the same for images reduced. The last eight bytes say which part, and how the index is damaged.
#include <algorithm>
#include <string>

#include "fuzz/fuzz.h"
#include "imaging/decode/decode.h"
#include "imaging/decode/jpeg_decoder.h"

namespace {

using goetia::PixelView;
using goetia::Rect;

constexpr std::size_t kWish = 8;
constexpr int kMostPixels = 1 << 12;

std::uint8_t pixel(const PixelView& view, int y, int x, std::size_t c) {
    return view.data[static_cast<std::size_t>(y - view.top) * view.row +
                     static_cast<std::size_t>(x - view.left) * view.step + c * view.plane];
}

std::string pixels(const PixelView& view, const Rect& part) {
    std::string found;
    for (int y = part.top; y < part.top + part.height; ++y) {
        for (int x = part.left; x < part.left + part.width; ++x) {
            for (std::size_t c = 0; c < 3; ++c) found += static_cast<char>(pixel(view, y, x, c));
        }
    }
    return found;
}

Rect part_wished(const std::uint8_t* wish, int width, int height) {
    const int left = wish[0] * width / 256, top = wish[1] * height / 256;
    return {.top = top,
            .left = left,
            .height = 1 + wish[2] * (height - top - 1) / 255,
            .width = 1 + wish[3] * (width - left - 1) / 255};
}

// The library counts in 16 bits where we count in 32. Numbers that do not fit give levels beyond black or white, which
// show as long as no block reaches over the image's edge.
bool has_plain_numbers(const Rect& all, const std::string& everything) {
    return all.width % 16 == 0 && all.height % 16 == 0 &&
           everything.find_first_of(std::string_view("\0\xFF", 2)) == std::string::npos;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using goetia::fuzz::expect;
    if (size < kWish) return 0;
    const std::uint8_t* wish = data + size - kWish;
    const std::string_view file = goetia::fuzz::text_of(data, size - kWish);
    static goetia::JpegDecoder decoder;
    if (!decoder.open(file) || decoder.width() * std::int64_t{decoder.height()} > kMostPixels) return 0;
    const Rect all{.top = 0, .left = 0, .height = decoder.height(), .width = decoder.width()};
    const Rect part = part_wished(wish, all.width, all.height);
    std::string index = decoder.make_index();
    if (index.empty()) {  // damaged somewhere: the part may be whole, or the library's
        static_cast<void>(decoder.decode(part, "x"));
        return 0;
    }
    const auto whole = decoder.decode(all, "x");
    expect(whole.ok() && whole->step == 1);
    const std::string wanted = pixels(*whole, part), everything = pixels(*whole, all);
    const auto plain = decoder.decode(part, "x");
    expect(plain.ok() && pixels(*plain, part) == wanted);
    expect(decoder.open(file, index));
    const auto indexed = decoder.decode(part, "x");
    expect(indexed.ok() && pixels(*indexed, part) == wanted);
    const auto library = goetia::decode_image(file, "x", {.pixels = kMostPixels});
    if (library && has_plain_numbers(all, everything)) expect(pixels(PixelView::of(*library), all) == everything);
    const int times = wish[7] % 2 == 0 ? 2 : 4;
    const Rect small{
        .top = 0, .left = 0, .height = (all.height + times - 1) / times, .width = (all.width + times - 1) / times};
    const Rect small_part = part_wished(wish, small.width, small.height);
    const auto part_indexed = decoder.decode(small_part, "x", times);
    expect(part_indexed.ok() && part_indexed->step == 1);
    const std::string reduced = pixels(*part_indexed, small_part);
    expect(decoder.open(file));
    const auto whole_reduced = decoder.decode(small, "x", times);
    expect(whole_reduced.ok() && pixels(*whole_reduced, small_part) == reduced);
    index[(wish[4] << 8 | wish[5]) % index.size()] ^= static_cast<char>(wish[6]);
    expect(decoder.open(file, index));
    static_cast<void>(decoder.decode(part, "x"));
    return 0;
}
