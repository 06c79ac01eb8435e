// Renders pending images, and the memory that this needs.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "imaging/decode/jpeg_decoder.h"
#include "imaging/kernels/geometry.h"
#include "imaging/kernels/scale.h"
#include "imaging/sample.h"

namespace goetia {

// One thread's memory, reused from sample to sample. Holds at most one pending image at a time.
struct Workspace {
    std::string file;  // the encoded bytes, if read from a file
    Image image;       // the full image, if it had to be decoded in full or a step changed its pixels
    JpegDecoder jpeg;
    ScaleScratch scratch;
    std::int64_t bytes_read = 0, bytes_decoded = 0, bytes_written = 0;  // since its creation
};

// How bytes become floats: (byte / 255 - mean) / deviation.
struct Normalization {
    std::array<float, 3> mean{0, 0, 0}, deviation{1, 1, 1};
    ByteToFloatTable table{};
    bool normalised = false;
};

// byte / 255.
const Normalization& unit_normalization();
Normalization make_normalization(const std::array<float, 3>& mean, const std::array<float, 3>& deviation);

// Renders the result in one pass. The target must have the size of the result (or of the canvas).
Status render_pending(const Pending& pending, const Target& target);

// Change the pixels of a sample, now or as recorded operations. The annotations are left to the caller.
Status crop_pixels(Sample& sample, const Rect& rect);
Status resize_pixels(Sample& sample, int width, int height);
Status flip_pixels(Sample& sample, bool horizontal);
Status pad_pixels(Sample& sample, const Border& border, PaddingMode mode = PaddingMode::kConstant, Colour fill = {});

// Makes decoded pixels the pending image. They must outlive it.
void begin_pixels(Sample& sample, Workspace& workspace, int width, int height, const std::uint8_t* pixels);

// Renders the pending image into the sample itself; does nothing when none is pending.
Status materialize(Sample& sample);

}  // namespace goetia
