#include "imaging/decode/alpha.h"
#include "imaging/decode/exif.h"
#include "imaging/decode/png_file.h"

namespace goetia {

// Keeps the upper 8 of 16 bits; converts palettes and grey to RGB.
Result<Image> decode_png(std::string_view bytes, std::string_view name, const DecodeLimits& limits) {
    GOETIA_ASSIGN(PngFile file, PngFile::open(bytes, name, limits));
    const bool alpha = limits.background.has_value();
    Image image{static_cast<int>(file.header().width), static_cast<int>(file.header().height), alpha ? 4 : 3, {}};
    GOETIA_ASSIGN(image.pixels, file.pixels(alpha ? SPNG_FMT_RGBA8 : SPNG_FMT_RGB8, alpha ? SPNG_DECODE_TRNS : 0));
    if (alpha) image = without_alpha(image, limits.background);
    return upright(std::move(image), file.orientation());
}

}  // namespace goetia
