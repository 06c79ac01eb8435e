// Crops, borders and flips of images with any number of channels.
#pragma once

#include <array>

#include "imaging/image.h"
#include "imaging/kernels/pixel_view.h"

namespace goetia {

// The rectangle must lie within the image.
Image cropped(const Image& image, const Rect& rect);

struct Border {
    int left = 0, top = 0, right = 0, bottom = 0;
};

enum class PaddingMode { kConstant, kEdge, kReflect, kSymmetric };

using Colour = std::array<std::uint8_t, 3>;

// kReflect needs borders smaller than the image, kSymmetric borders of at most its size.
Image padded(const Image& image, const Border& border, PaddingMode mode = PaddingMode::kConstant, Colour fill = {});

Image flipped_horizontally(const Image& image);
Image flipped_vertically(const Image& image);

}  // namespace goetia
