// Encodes images of one channel (grey) or three (RGB). The bytes are the same on every machine with the same libraries.
#pragma once

#include <string>

#include "base/result.h"
#include "imaging/image.h"

namespace goetia {

Result<std::string> encode_png(const Image& image);
// `exact`: with the slow DCT at every quality, as other programs do.
Result<std::string> encode_jpeg(const Image& image, int quality, bool exact = false);

}  // namespace goetia
