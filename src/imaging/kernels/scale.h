// Antialiased bilinear scaling of a part of a picture straight to where its pixels are wanted: bytes or normalised
// numbers, turned over or not, a window of the result or all of it. One pass, the source is read in place.
//
// The same bits on every processor: whole-number arithmetic only (one rounded product of 15 bits for each weight), the
// widest vector unit there is. Within one level of Pillow's antialiased bilinear.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <variant>

#include "imaging/kernels/aligned_buffer.h"
#include "imaging/kernels/pixel_view.h"
#include "imaging/kernels/scale_wish.h"

namespace goetia {

using LevelTable = std::array<std::array<float, 256>, 3>;  // the number that each level of each channel becomes

// Where the pixels go. Rows and planes are counted in elements.
struct InterleavedBytes {
    std::uint8_t* data;
    std::size_t row;
};
struct PlanarBytes {
    std::uint8_t* data;
    std::size_t row, plane;
};
struct PlanarNumbers {
    float* data;
    std::size_t row, plane;
    const LevelTable* levels;
};
using Target = std::variant<InterleavedBytes, PlanarBytes, PlanarNumbers>;

// Memory used again from picture to picture.
struct ScaleScratch {
    Taps across, down;
    AlignedBuffer<std::int16_t> rows, columns;
    AlignedBuffer<std::uint8_t> turned, bytes;
};

// Neither direction may be reduced more than kLargestReduction times.
void scale(const PixelView& view, const ScaleWish& wish, const Target& target, ScaleScratch& scratch);

}  // namespace goetia
