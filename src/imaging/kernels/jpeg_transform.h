// The inverse DCT of JPEG blocks, bit-equal to libjpeg's accurate one: to 8x8 samples, or to 4x4 or 2x2 samples that
// are each the mean of 2x2 or 4x4 of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace goetia {

// One block of 8x8 dequantised coefficients, row by row.
struct JpegBlock {
    const std::int16_t* frequencies;
    std::uint8_t* to;
    std::size_t row;  // bytes from row to row
    int edge;         // samples across and down: 8, 4 or 2
    bool even;        // all coefficients but the first are 0
};

void inverse_transform(std::span<const JpegBlock> blocks);

}  // namespace goetia
