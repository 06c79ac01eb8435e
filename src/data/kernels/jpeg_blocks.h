// The arithmetic of JPEG pixels behind the entropy decoding, to the bit what libjpeg makes of them: the accurate
// inverse transform, the smooth doubling of chroma, YCbCr to RGB.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "data/kernels/aligned_buffer.h"

namespace goetia {

// One block of 8x8 frequencies, dequantised, in rows.
struct JpegBlock {
    const std::int16_t* frequencies;
    std::uint8_t* to;
    std::size_t row;  // bytes from row to row
    bool even;        // nothing but the first is other than 0
};

void inverse_transform(std::span<const JpegBlock> blocks);

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
