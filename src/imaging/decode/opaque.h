// Decodes images that are fully opaque, whose pixels can replace their file.
#pragma once

#include <optional>
#include <string_view>

#include "imaging/decode/decode.h"

namespace goetia {

// Empty when some pixels are transparent: they depend on DecodeLimits::background, so only the file itself will do.
Result<std::optional<Image>> decode_opaque(std::string_view bytes, std::string_view name);

}  // namespace goetia
