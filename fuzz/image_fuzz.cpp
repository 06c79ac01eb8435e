// Every image format: a decoded image has the pixels for its size, and that size is the one in its header.
#include "fuzz/fuzz.h"
#include "imaging/decode/decode.h"
#include "imaging/decode/image_size.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = goetia::fuzz::text_of(data, size);
    const goetia::DecodeLimits limits{.pixels = 1 << 18};
    const auto image = goetia::decode_image(bytes, "x", limits);
    auto announced = goetia::jpeg_size(bytes);
    if (!announced) announced = goetia::png_size(bytes);
    if (!image) return 0;
    const auto expected = static_cast<std::size_t>(image->width) * image->height * image->channels;
    goetia::fuzz::expect(image->pixels.size() == expected);
    goetia::fuzz::expect(!announced || (announced->width == image->width && announced->height == image->height));
    return 0;
}
