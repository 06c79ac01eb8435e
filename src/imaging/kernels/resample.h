// Resizing with antialiasing: each output pixel is the triangle-weighted mean of the input pixels it covers.
#pragma once

#include "imaging/image.h"

namespace goetia {

// Each value is within 1 of Pillow's BILINEAR (scale.h).
Image resized(const Image& image, int width, int height);

// Equal to Pillow's BILINEAR: the reference for resized(), and its way for very strong reductions.
Image resized_exactly(const Image& image, int width, int height);

}  // namespace goetia
