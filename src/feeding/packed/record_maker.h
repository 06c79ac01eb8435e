// A sample as the record that is packed of it. What it reads it reads to its end: what is packed can be decoded.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/dataset.h"
#include "feeding/packed/pack.h"
#include "feeding/packed/shard.h"
#include "imaging/decode/jpeg_decoder.h"

namespace goetia {

class RecordMaker {
  public:
    explicit RecordMaker(const PackPlan& plan) : plan_(plan) {}

    // Its views last until the next one's.
    Result<PackedPicture> make(const Dataset& dataset, std::int64_t number);

  private:
    Result<PackedPicture> picture_of(std::string_view bytes);
    // A picture with transparent pixels stays a file, as large as it is: what lies under them is LoadImage's to say.
    Result<PackedPicture> rows_of(std::string_view bytes);
    // Empty when there is none.
    Result<std::string_view> mask_of(const PackedPicture& packed);

    const PackPlan& plan_;
    Sample sample_;
    std::string file_, index_, mask_;
    std::vector<std::uint8_t> facts_;
    Image rows_;
    JpegDecoder decoder_;
};

}  // namespace goetia
