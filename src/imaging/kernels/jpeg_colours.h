// The colours of JPEG samples, to the bit what libjpeg makes of them: the smooth doubling of chroma, YCbCr to RGB.
#pragma once

#include <cstddef>
#include <cstdint>

#include "imaging/kernels/aligned_buffer.h"

namespace goetia {

// A component's samples around the wanted part. Its real samples are columns [0, width) and rows [0, height) of the
// whole picture; `data` begins at (left, top) of them.
struct JpegPlane {
    const std::uint8_t* data;
    std::size_t row;
    int left, top, width, height;
};

enum class JpegSampling { kGrey, k444, k422, k420 };

struct JpegColours {
    JpegSampling sampling;
    JpegPlane y, cb, cr;
    int left, top, width, height;  // wanted, in the picture's places
    std::uint8_t *red, *green, *blue;
    std::size_t row;  // at least 64 more than `width`
};

struct JpegColourScratch {
    AlignedBuffer<std::int16_t> sums;
    AlignedBuffer<std::uint8_t> rows;
};

void to_colours(const JpegColours& wish, JpegColourScratch& scratch);

}  // namespace goetia
