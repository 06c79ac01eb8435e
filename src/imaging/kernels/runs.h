// Masks as runs and as pixels.
#pragma once

#include "imaging/annotation.h"
#include "imaging/image.h"

namespace goetia {

// One channel, 1 inside and 0 outside. Runs beyond the picture's pixels are left out.
Image bitmap_of(const Rle& runs);
Rle runs_of(const Image& bitmap);

// The pixels whose centres lie inside any of the outlines (even-odd rule in each).
Image bitmap_of(const std::vector<Polygon>& polygons, int width, int height);

// The smallest box around the bitmap's inner pixels; empty at (0, 0) when there is none.
Box box_of(const Image& bitmap);

}  // namespace goetia
