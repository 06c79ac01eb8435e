// TIFF files, with and without a background under their transparent pixels.
#include "fuzz/fuzz.h"
#include "imaging/decode/formats.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = goetia::fuzz::text_of(data, size);
    goetia::DecodeLimits limits{.pixels = 1 << 16};
    const auto image = goetia::decode_tiff(bytes, "x", limits);
    limits.background = goetia::BackgroundColour{255, 128, 0};
    const auto blended = goetia::decode_tiff(bytes, "x", limits);
    goetia::fuzz::expect(image.ok() == blended.ok());
    if (!image) return 0;
    const auto expected = static_cast<std::size_t>(image->width) * image->height * 3;
    goetia::fuzz::expect(image->channels == 3 && image->pixels.size() == expected &&
                         blended->pixels.size() == expected);
    return 0;
}
