// Transparent pixels become plain ones.
#pragma once

#include <cstdint>
#include <optional>

#include "imaging/decode/decode.h"

namespace goetia {

// Of an image of four channels: three. Without a background the colours stay as they stand in the file; else each is
// mixed with it by its share. `premultiplied`: the file's colours are already their share.
Image without_alpha(const Image& rgba, const std::optional<BackgroundColour>& background, bool premultiplied = false);

}  // namespace goetia
