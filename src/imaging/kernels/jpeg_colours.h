// Converts JPEG samples to RGB, bit-equal to libjpeg: smooth ("fancy") chroma upsampling, then YCbCr to RGB.
#pragma once

#include <cstddef>
#include <cstdint>

#include "imaging/kernels/aligned_buffer.h"

namespace goetia {

// A component's samples around the region. The component has columns [0, width) and rows [0, height) in the full image;
// `data` begins at (left, top) of them.
struct JpegPlane {
    const std::uint8_t* data;
    std::size_t row;
    int left, top, width, height;
};

enum class JpegSampling { kGrey, k444, k422, k420 };

struct JpegColours {
    JpegSampling sampling;
    JpegPlane y, cb, cr;
    int left, top, width, height;  // the region, in the image's coordinates
    std::uint8_t *red, *green, *blue;
    std::size_t row;  // at least `width` + 64
};

struct JpegColourScratch {
    AlignedBuffer<std::int16_t> sums;
    AlignedBuffer<std::uint8_t> rows;
};

void to_colours(const JpegColours& colours, JpegColourScratch& scratch);

}  // namespace goetia
