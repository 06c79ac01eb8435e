// The brightness of a pixel.
#pragma once

#include <cstddef>

#include "imaging/image.h"

namespace goetia {

inline float grey_at(const Image& image, int x, int y) {
    const std::size_t offset = (static_cast<std::size_t>(y) * image.width + x) * image.channels;
    const std::uint8_t* pixel = image.pixels.data() + offset;
    if (image.channels < 3) return pixel[0];
    return 0.299F * pixel[0] + 0.587F * pixel[1] + 0.114F * pixel[2];
}

}  // namespace goetia
