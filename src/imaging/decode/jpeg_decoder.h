// Decodes a region of a JPEG image with no more work than the region needs: data before it is only parsed, data after
// it is not read, and no memory is allocated from one image to the next. The pixels equal libjpeg-turbo's to the bit.
//
// A reduced image has one pixel for each 2x2 or 4x4 pixels, their mean before rounding, as libjpeg-turbo's scaled
// decoding gives it. That saves work in the transform and the colours, none in reading the bits.
//
// With an index (built once, stored by packed data sets) decoding begins at the region itself in every row of blocks.
// Damage outside the region goes unnoticed, except for a file that does not end properly.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "imaging/decode/decode.h"
#include "imaging/decode/jpeg_bits.h"
#include "imaging/decode/jpeg_header.h"
#include "imaging/kernels/geometry.h"
#include "imaging/kernels/jpeg_colours.h"
#include "imaging/kernels/jpeg_transform.h"
#include "imaging/kernels/scale.h"

namespace goetia {

class JpegDecoder {
  public:
    // Reads the header. False: not a plain JPEG file (see read_plain_jpeg), use decode_image(). `bytes` and `index`
    // must stay valid until the last decode().
    bool open(std::string_view bytes, std::string_view index = {});

    [[nodiscard]] int width() const { return header_.width; }
    [[nodiscard]] int height() const { return header_.height; }

    // The pixels of the region (channel by channel), valid until the next decode(). With a `reduction` of 2 or 4 the
    // region is in pixels of the reduced image, whose size is the image's divided and rounded up.
    Result<PixelView> decode(const Rect& region, std::string_view name, int reduction = 1);

    // The index of the opened file; empty when its data cannot be read to the end.
    std::string make_index();

  private:
    struct Part {  // in MCUs
        int left, top, right, bottom;
    };

    [[nodiscard]] Part part_around(const Rect& region) const;
    bool read_part(const Part& part);
    bool read_row(JpegBits& bits, const Part& part, int row, int from, int& since_restart, int (&dc)[3]);
    void lay_out(const Part& part);
    PixelView colours(const Rect& region);

    // The width and height in samples that a component's blocks decode to.
    [[nodiscard]] int edge(const JpegComponent& component) const;

    std::string_view bytes_, index_;
    JpegHeader header_;
    int reduction_ = 1;
    std::array<int, 3> edge_{};  // of each component's blocks
    Image whole_;                // the full image, when the library had to decode it
    AlignedBuffer<std::int16_t> frequencies_;
    AlignedBuffer<std::uint8_t> planes_, colours_;
    JpegColourScratch scratch_;
    std::vector<JpegBlock> blocks_;
    JpegPlane plane_[3]{};
    std::uint8_t* to_[3]{};
};

}  // namespace goetia
