// Class masks: a decoded mask has one value per pixel.
#include "fuzz/fuzz.h"
#include "imaging/decode/mask.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto mask = goetia::decode_mask(goetia::fuzz::text_of(data, size), "x", {.pixels = 1 << 12});
    if (!mask) return 0;
    goetia::fuzz::expect(mask->channels == 1);
    goetia::fuzz::expect(mask->pixels.size() == static_cast<std::size_t>(mask->width) * mask->height);
    return 0;
}
