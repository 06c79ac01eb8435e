// Pixels of one channel (grey) or three (RGB) to a file's bytes, the same bytes on every machine with the same
// libraries.
#pragma once

#include <string>

#include "base/result.h"
#include "imaging/image.h"

namespace goetia {

Result<std::string> encode_png(const Image& image);
// `exact`: with the slow transform that other programs use at every quality.
Result<std::string> encode_jpeg(const Image& image, int quality, bool exact = false);

}  // namespace goetia
