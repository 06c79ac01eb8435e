// Resizing with antialiasing: each output pixel is the triangle-weighted mean of the input pixels it covers.
#pragma once

#include "imaging/image.h"

namespace goetia {

// Within one level of Pillow's BILINEAR (scale.h).
Image resized(const Image& image, int width, int height);

// The same sums as Pillow's, pixel for pixel: what the quick way is held against, and for very strong reductions.
Image resized_exactly(const Image& image, int width, int height);

}  // namespace goetia
