// Making pending pictures, and the memory that it needs.
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

// The memory of one thread, used again from sample to sample. A pending picture lives in it: one at a time.
struct Workspace {
    std::string file;  // the encoded bytes, where they had to be read
    Image image;       // the whole picture, where it had to be decoded whole or a step has changed its pixels
    JpegDecoder jpeg;
    ScaleScratch scratch;
    std::int64_t bytes_read = 0, bytes_decoded = 0, bytes_written = 0;  // since it was made
};

// How levels become numbers: level / 255, less `mean`, divided by `deviation`.
struct Levels {
    std::array<float, 3> mean{0, 0, 0}, deviation{1, 1, 1};
    LevelTable table{};
    bool normalised = false;
};

// Level / 255 alone.
const Levels& plain_levels();
Levels normalised_levels(const std::array<float, 3>& mean, const std::array<float, 3>& deviation);

// The one pass. The target's rows and planes are those of the result (or of the canvas).
Status make_pending(const Pending& pending, const Target& target);

// What moves the pixels of a sample, at once or by writing it down; the annotations are the caller's.
Status crop_pixels(Sample& sample, const Rect& rect);
Status resize_pixels(Sample& sample, int width, int height);
Status flip_pixels(Sample& sample, bool horizontal);
Status pad_pixels(Sample& sample, const Border& border, PaddingMode mode = PaddingMode::kConstant, Colour fill = {});

// Makes pixels that are there already the pending picture; they must stay while it is.
void begin_pixels(Sample& sample, Workspace& workspace, int width, int height, const std::uint8_t* pixels);

// The pixels (or numbers) into the sample itself. Nothing happens when nothing is pending.
Status settle(Sample& sample);

}  // namespace goetia
