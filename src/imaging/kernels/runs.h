// Conversions between masks as runs, polygons and pixels.
#pragma once

#include "imaging/annotation.h"
#include "imaging/image.h"

namespace goetia {

// One channel, 1 inside and 0 outside. Runs beyond the image are cut off.
Image bitmap_of(const Rle& runs);
Rle runs_of(const Image& bitmap);

// The pixels whose centres lie inside any of the polygons (even-odd rule in each).
Image bitmap_of(const std::vector<Polygon>& polygons, int width, int height);

// The smallest box around the pixels other than 0; empty at (0, 0) when there are none.
Box box_of(const Image& bitmap);

}  // namespace goetia
