// Builds the packed record of a sample. Decodes every image, so that packed images are known to be readable.
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

class RecordBuilder {
  public:
    explicit RecordBuilder(const PackPlan& plan) : plan_(plan) {}

    // Its views are valid until the next call.
    Result<PackedRecord> make(const Dataset& dataset, std::int64_t number);

  private:
    Result<PackedRecord> file_of(std::string_view bytes);
    // A transparent image stays a file, unscaled, as its background is LoadImage's parameter.
    Result<PackedRecord> rows_of(std::string_view bytes);
    // Empty without a mask.
    Result<std::string_view> mask_of(const PackedRecord& packed);

    const PackPlan& plan_;
    Sample sample_;
    std::string file_, index_, mask_;
    std::vector<std::uint8_t> metadata_;
    Image rows_;
    JpegDecoder decoder_;
};

}  // namespace goetia
