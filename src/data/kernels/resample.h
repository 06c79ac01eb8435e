// Resizing with antialiasing: each output pixel is the triangle-weighted mean of the input pixels it covers, the same
// fixed-point sums as Pillow's BILINEAR.
#pragma once

#include "data/sample.h"

namespace goetia {

Image resized(const Image& image, int width, int height);

}  // namespace goetia
