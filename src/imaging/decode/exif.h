// Which way up the camera was held: tag 0x0112 of the EXIF block.
#pragma once

#include <string_view>

#include "imaging/image.h"

namespace goetia {

// 1 to 8 as EXIF counts; 1 (upright) when the block says nothing or is damaged. `tiff` begins with "II" or "MM".
int exif_orientation(std::string_view tiff);

// The orientation a JPEG file's APP1 segment says.
int jpeg_orientation(std::string_view jpeg);

// The orientation a WebP file's EXIF chunk says.
int webp_orientation(std::string_view webp);

// Turns the picture upright.
Image upright(Image image, int orientation);

}  // namespace goetia
