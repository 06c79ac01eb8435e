// Removes transparency.
#pragma once

#include <cstdint>
#include <optional>

#include "imaging/decode/decode.h"

namespace goetia {

// RGB from RGBA. Without a background, alpha is dropped and the colours stay as in the file; with one, each pixel is
// blended with it. `premultiplied`: the colours are already multiplied by alpha.
Image without_alpha(const Image& rgba, const std::optional<BackgroundColour>& background, bool premultiplied = false);

}  // namespace goetia
