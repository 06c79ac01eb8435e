// The decoders behind decode_image(): one file per format.
#pragma once

#include <string_view>

#include "base/result.h"
#include "imaging/decode/decode.h"

namespace goetia {

// Reduced by 2 or 4: smaller by that, sizes rounded up, each pixel the mean of those it stands for.
Result<Image> decode_jpeg(std::string_view bytes, std::string_view name, const DecodeLimits& limits, int reduction = 1);
Result<Image> decode_png(std::string_view bytes, std::string_view name, const DecodeLimits& limits);
Result<Image> decode_bmp(std::string_view bytes, std::string_view name, const DecodeLimits& limits);
Result<Image> decode_webp(std::string_view bytes, std::string_view name, const DecodeLimits& limits);
Result<Image> decode_tiff(std::string_view bytes, std::string_view name, const DecodeLimits& limits);

Error cannot_decode(std::string_view name, std::string_view reason);

}  // namespace goetia
