// Pixels that stand for their file whatever colour lies under it.
#pragma once

#include <optional>
#include <string_view>

#include "imaging/decode/decode.h"

namespace goetia {

// None when some of the pixels show what lies under them (DecodeLimits::background): of such a picture only the file
// itself says all.
Result<std::optional<Image>> decode_opaque(std::string_view bytes, std::string_view name);

}  // namespace goetia
