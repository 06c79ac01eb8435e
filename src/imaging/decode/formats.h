// The decoders that decode_image() dispatches to: one file per format.
#pragma once

#include <string_view>

#include "base/result.h"
#include "imaging/decode/decode.h"

namespace goetia {

// `reduction` 2 or 4 divides the size (rounded up); each pixel is the mean of those it replaces.
Result<Image> decode_jpeg(std::string_view bytes, std::string_view name, const DecodeLimits& limits, int reduction = 1);
Result<Image> decode_png(std::string_view bytes, std::string_view name, const DecodeLimits& limits);
Result<Image> decode_bmp(std::string_view bytes, std::string_view name, const DecodeLimits& limits);
Result<Image> decode_webp(std::string_view bytes, std::string_view name, const DecodeLimits& limits);
Result<Image> decode_tiff(std::string_view bytes, std::string_view name, const DecodeLimits& limits);

Error cannot_decode(std::string_view name, std::string_view reason);

}  // namespace goetia
