#include <memory>
#include <string>

#include <spng.h>

#include "data/decode/alpha.h"
#include "data/decode/exif.h"
#include "data/decode/formats.h"

namespace goetia {
namespace {

struct Free {
    void operator()(spng_ctx* context) const { spng_ctx_free(context); }
};

constexpr std::size_t kChunkLimit = std::size_t{64} << 20;  // of texts, profiles and other side matter

}  // namespace

Result<Image> decode_png(std::string_view bytes, std::string_view name, const DecodeLimits& limits) {
    const std::unique_ptr<spng_ctx, Free> context(spng_ctx_new(0));
    if (!context) return failed("cannot start the PNG decoder: out of memory");
    const auto refuse = [&](int code) { return cannot_decode(name, spng_strerror(code)); };
    if (const int code = spng_set_chunk_limits(context.get(), kChunkLimit, kChunkLimit); code != 0) return refuse(code);
    if (const int code = spng_set_png_buffer(context.get(), bytes.data(), bytes.size()); code != 0) return refuse(code);
    spng_ihdr header{};
    if (const int code = spng_get_ihdr(context.get(), &header); code != 0) return refuse(code);
    GOETIA_TRY(check_size(header.width, header.height, name, limits));

    // 16 bits keep their upper 8; palettes and grey become RGB.
    const bool alpha = limits.background.has_value();
    const int format = alpha ? SPNG_FMT_RGBA8 : SPNG_FMT_RGB8;
    std::size_t size = 0;
    if (const int code = spng_decoded_image_size(context.get(), format, &size); code != 0) return refuse(code);
    Image image{static_cast<int>(header.width), static_cast<int>(header.height), alpha ? 4 : 3, {}};
    image.pixels.resize(size);
    if (const int code =
            spng_decode_image(context.get(), image.pixels.data(), size, format, alpha ? SPNG_DECODE_TRNS : 0);
        code != 0)
        return refuse(code);
    if (const int code = spng_decode_chunks(context.get()); code != 0) return refuse(code);

    if (alpha) image = without_alpha(image, limits.background);
    spng_exif exif{};
    const int orientation = spng_get_exif(context.get(), &exif) == 0 ? exif_orientation({exif.data, exif.length}) : 1;
    return upright(std::move(image), orientation);
}

}  // namespace goetia
