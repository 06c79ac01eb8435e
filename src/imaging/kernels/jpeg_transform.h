// The inverse transform of JPEG blocks, to the bit libjpeg's accurate one: to 8x8 samples, or to 4x4 or 2x2 that are
// each the mean of the 2x2 or 4x4 of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace goetia {

// One block of 8x8 frequencies, dequantised, in rows.
struct JpegBlock {
    const std::int16_t* frequencies;
    std::uint8_t* to;
    std::size_t row;  // bytes from row to row
    int edge;         // samples across and down: 8, 4 or 2
    bool even;        // nothing but the first is other than 0
};

void inverse_transform(std::span<const JpegBlock> blocks);

}  // namespace goetia
