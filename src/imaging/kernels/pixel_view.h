// A view of pixels somewhere in memory, and rectangles.
#pragma once

#include <cstddef>
#include <cstdint>

#include "imaging/image.h"

namespace goetia {

struct Rect {
    int top = 0, left = 0, height = 0, width = 0;
};

// Three channels of bytes. Interleaved: step 3, plane 1. Channel by channel: step 1.
struct PixelView {
    const std::uint8_t* data = nullptr;
    std::size_t row = 0;    // bytes from one row to the next
    std::size_t plane = 0;  // bytes from one channel to the next
    int step = 3;           // bytes from one pixel to the next
    int width = 0, height = 0;
    int left = 0, top = 0;  // of its first pixel in the full image

    static PixelView of(const Image& image) {
        return {image.pixels.data(), static_cast<std::size_t>(image.width) * 3, 1, 3, image.width, image.height};
    }
};

}  // namespace goetia
