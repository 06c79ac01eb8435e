#include <string>

#include <webp/decode.h>

#include "imaging/decode/alpha.h"
#include "imaging/decode/exif.h"
#include "imaging/decode/formats.h"

namespace goetia {
namespace {

std::string_view webp_reason(VP8StatusCode code) {
    switch (code) {
        case VP8_STATUS_OUT_OF_MEMORY: return "memory is exhausted";
        case VP8_STATUS_BITSTREAM_ERROR: return "its data is damaged";
        case VP8_STATUS_UNSUPPORTED_FEATURE: return "it uses a feature that the WebP library does not support";
        case VP8_STATUS_SUSPENDED:
        case VP8_STATUS_NOT_ENOUGH_DATA: return "premature end of WebP file";
        default: return "the WebP library cannot read it";
    }
}

}  // namespace

Result<Image> decode_webp(std::string_view bytes, std::string_view name, const DecodeLimits& limits) {
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    WebPDecoderConfig config;
    if (WebPInitDecoderConfig(&config) == 0) return failed("the WebP library's version differs from its headers'");
    if (const auto code = WebPGetFeatures(data, bytes.size(), &config.input); code != VP8_STATUS_OK)
        return cannot_decode(name, webp_reason(code));
    if (config.input.has_animation != 0) return cannot_decode(name, "it is an animation; save one of its frames");
    GOETIA_TRY(check_size(config.input.width, config.input.height, name, limits));

    const bool alpha = config.input.has_alpha != 0 && limits.background;
    Image image{config.input.width, config.input.height, alpha ? 4 : 3, {}};
    const std::size_t stride = static_cast<std::size_t>(image.width) * image.channels;
    image.pixels.resize(stride * image.height);
    config.output.colorspace = alpha ? MODE_RGBA : MODE_RGB;
    config.output.is_external_memory = 1;
    config.output.u.RGBA = {image.pixels.data(), static_cast<int>(stride), image.pixels.size()};
    const auto code = WebPDecode(data, bytes.size(), &config);
    WebPFreeDecBuffer(&config.output);
    if (code != VP8_STATUS_OK) return cannot_decode(name, webp_reason(code));
    if (alpha) image = without_alpha(image, limits.background);
    return upright(std::move(image), webp_orientation(bytes));
}

}  // namespace goetia
