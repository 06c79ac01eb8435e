// EXIF orientation (tag 0x0112): which way up the camera was held.
#pragma once

#include <string_view>

#include "imaging/image.h"

namespace goetia {

// 1 to 8; 1 (upright) when the tag is missing or the block damaged. `tiff` begins with "II" or "MM".
int exif_orientation(std::string_view tiff);

// From a JPEG file's APP1 segment.
int jpeg_orientation(std::string_view jpeg);

// From a WebP file's EXIF chunk.
int webp_orientation(std::string_view webp);

// Turns the image upright.
Image upright(Image image, int orientation);

}  // namespace goetia
