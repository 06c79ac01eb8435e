// Our own decoder of parts of a JPEG: a part equals that part of the complete image, with or without an index, and the
// complete image equals the library's; the same for reduced images. The last eight bytes select the part and how the
// index is damaged.
#include <algorithm>
#include <string>

#include "fuzz/fuzz.h"
#include "imaging/decode/decode.h"
#include "imaging/decode/jpeg_decoder.h"

namespace {

using goetia::PixelView;
using goetia::Rect;

constexpr std::size_t kRequestBytes = 8;
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

Rect requested_part(const std::uint8_t* request, int width, int height) {
    const int left = request[0] * width / 256, top = request[1] * height / 256;
    return {.top = top,
            .left = left,
            .height = 1 + request[2] * (height - top - 1) / 255,
            .width = 1 + request[3] * (width - left - 1) / 255};
}

// The library counts in 16 bits where we count in 32. Values that do not fit are beyond black or white, which is
// detectable as long as no block extends beyond the image's edge.
bool has_plain_numbers(const Rect& all, const std::string& everything) {
    return all.width % 16 == 0 && all.height % 16 == 0 &&
           everything.find_first_of(std::string_view("\0\xFF", 2)) == std::string::npos;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using goetia::fuzz::expect;
    if (size < kRequestBytes) return 0;
    const std::uint8_t* request = data + size - kRequestBytes;
    const std::string_view file = goetia::fuzz::text_of(data, size - kRequestBytes);
    static goetia::JpegDecoder decoder;
    if (!decoder.open(file) || decoder.width() * std::int64_t{decoder.height()} > kMostPixels) return 0;
    const Rect all{.top = 0, .left = 0, .height = decoder.height(), .width = decoder.width()};
    const Rect part = requested_part(request, all.width, all.height);
    std::string index = decoder.make_index();
    if (index.empty()) {  // damaged somewhere: the part may be intact, or the library's
        static_cast<void>(decoder.decode(part, "x"));
        return 0;
    }
    const auto complete = decoder.decode(all, "x");
    expect(complete.ok() && complete->step == 1);
    const std::string expected = pixels(*complete, part), everything = pixels(*complete, all);
    const auto plain = decoder.decode(part, "x");
    expect(plain.ok() && pixels(*plain, part) == expected);
    expect(decoder.open(file, index));
    const auto indexed = decoder.decode(part, "x");
    expect(indexed.ok() && pixels(*indexed, part) == expected);
    const auto library = goetia::decode_image(file, "x", {.pixels = kMostPixels});
    if (library && has_plain_numbers(all, everything)) expect(pixels(PixelView::of(*library), all) == everything);
    const int times = request[7] % 2 == 0 ? 2 : 4;
    const Rect small{
        .top = 0, .left = 0, .height = (all.height + times - 1) / times, .width = (all.width + times - 1) / times};
    const Rect small_part = requested_part(request, small.width, small.height);
    const auto part_indexed = decoder.decode(small_part, "x", times);
    expect(part_indexed.ok() && part_indexed->step == 1);
    const std::string reduced = pixels(*part_indexed, small_part);
    expect(decoder.open(file));
    const auto complete_reduced = decoder.decode(small, "x", times);
    expect(complete_reduced.ok() && pixels(*complete_reduced, small_part) == reduced);
    index[(request[4] << 8 | request[5]) % index.size()] ^= static_cast<char>(request[6]);
    expect(decoder.open(file, index));
    static_cast<void>(decoder.decode(part, "x"));
    return 0;
}
