// Antialiased bilinear scaling of a part of an image straight into its destination: as bytes or normalised floats,
// flipped or not, all of the result or a window of it. One pass that reads the source in place.
//
// The same bits on every processor: only integer arithmetic (one rounded 15-bit product per weight), on the widest
// vector unit available. Each value is within 1 of Pillow's antialiased bilinear.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <variant>

#include "imaging/kernels/aligned_buffer.h"
#include "imaging/kernels/pixel_view.h"
#include "imaging/kernels/scale_options.h"

namespace goetia {

using ByteToFloatTable = std::array<std::array<float, 256>, 3>;  // the float for each byte of each channel

// Where the pixels go. `row` and `plane` are in elements.
struct InterleavedBytes {
    std::uint8_t* data;
    std::size_t row;
};
struct PlanarBytes {
    std::uint8_t* data;
    std::size_t row, plane;
};
struct PlanarFloats {
    float* data;
    std::size_t row, plane;
    const ByteToFloatTable* table;
};
using Target = std::variant<InterleavedBytes, PlanarBytes, PlanarFloats>;

// Memory reused from image to image.
struct ScaleScratch {
    Taps across, down;
    AlignedBuffer<std::int16_t> rows, columns;
    AlignedBuffer<std::uint8_t> turned, bytes;
};

// Neither direction may be reduced by more than kMaxReduction.
void scale(const PixelView& view, const ScaleOptions& options, const Target& target, ScaleScratch& scratch);

}  // namespace goetia
