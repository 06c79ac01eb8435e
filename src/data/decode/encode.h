// RGB pixels, or grey ones to PNG, to a file's bytes, the same bytes on every machine with the same libraries.
#pragma once

#include <string>

#include "base/result.h"
#include "data/sample.h"

namespace goetia {

Result<std::string> encode_png(const Image& image);
Result<std::string> encode_jpeg(const Image& image, int quality);

}  // namespace goetia
