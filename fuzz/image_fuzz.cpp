// Every image format: what is decoded has the pixels it says, and the size that its header told.
#include "fuzz/fuzz.h"
#include "imaging/decode/decode.h"
#include "imaging/decode/image_size.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = goetia::fuzz::text_of(data, size);
    const goetia::DecodeLimits limits{.pixels = 1 << 18};
    const auto image = goetia::decode_image(bytes, "x", limits);
    auto told = goetia::jpeg_size(bytes);
    if (!told) told = goetia::png_size(bytes);
    if (!image) return 0;
    const auto expected = static_cast<std::size_t>(image->width) * image->height * image->channels;
    goetia::fuzz::expect(image->pixels.size() == expected);
    goetia::fuzz::expect(!told || (told->width == image->width && told->height == image->height));
    return 0;
}
