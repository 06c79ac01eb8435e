// Part of a JPEG picture, with no more work than that part needs: what lies before it is only stepped over, what lies
// behind it is not read, and nothing is allocated from one picture to the next. The pixels are those of the whole
// picture's decoding (libjpeg-turbo's, to the bit).
//
// A reduced picture has for each 2x2 or 4x4 pixels one, their mean before anything is rounded: libjpeg-turbo's scaled
// decoding, to the bit. That is less work for the transform and the colours, none less for reading the bits.
//
// With an index (made once, kept by packed data sets) decoding begins right at the wanted part, in every row of blocks.
// Damage outside the wanted part is not noticed, but for a file that does not end as it should.
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
    // Reads the header. False: not of the plain kind (see read_plain_jpeg), decode_image() is for it. `bytes` and
    // `index` must stay where they are until the last decode().
    bool open(std::string_view bytes, std::string_view index = {});

    [[nodiscard]] int width() const { return header_.width; }
    [[nodiscard]] int height() const { return header_.height; }

    // The view holds the wanted pixels (channel by channel) until the next decode(). Reduced by 2 or 4, the wanted part
    // is one of the reduced picture, which is as wide and high as the picture's size divided and rounded up.
    Result<PixelView> decode(const Rect& wanted, std::string_view name, int reduction = 1);

    // The index of the opened file; empty when its pixels cannot be read to the end.
    std::string make_index();

  private:
    struct Part {  // in MCUs
        int left, top, right, bottom;
    };

    [[nodiscard]] Part part_around(const Rect& wanted) const;
    bool read_part(const Part& part);
    bool read_row(JpegBits& bits, const Part& part, int row, int from, int& since_restart, int (&dc)[3]);
    void lay_out(const Part& part);
    PixelView colours(const Rect& wanted);

    // Samples that a component's block becomes, across and down.
    [[nodiscard]] int edge(const JpegComponent& component) const;

    std::string_view bytes_, index_;
    JpegHeader header_;
    int reduction_ = 1;
    std::array<int, 3> edge_{};  // of each component's blocks
    Image whole_;                // when the library had to decode
    AlignedBuffer<std::int16_t> frequencies_;
    AlignedBuffer<std::uint8_t> planes_, colours_;
    JpegColourScratch scratch_;
    std::vector<JpegBlock> blocks_;
    JpegPlane plane_[3]{};
    std::uint8_t* to_[3]{};
};

}  // namespace goetia
