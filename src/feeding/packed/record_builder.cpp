#include "feeding/packed/record_builder.h"

#include <algorithm>

#include "base/read_bytes.h"
#include "imaging/decode/decode.h"
#include "imaging/decode/mask.h"
#include "imaging/decode/opaque.h"
#include "imaging/kernels/resample.h"

namespace goetia {
namespace {

std::string name_of(const Sample& sample) { return sample.path.empty() ? sample.name : sample.path.native(); }

// `limit` 0: unchanged.
Result<Image> scaled_down(Image rows, const Sample& sample, int limit) {
    const int side = std::max(rows.width, rows.height);
    if (limit == 0 || side <= limit) return rows;
    if (!sample.instances.empty() || sample.has_mask())
        return make_error(Code::kUnsupported,
                          "sample '{}' is {} pixels long and has annotated {}, which packing does not scale; "
                          "pack without a largest side",
                          sample.name, side, sample.has_mask() ? "classes" : "objects");
    const auto shorter = [&](int length) { return std::max(1, (length * limit + side / 2) / side); };
    return resized(rows, shorter(rows.width), shorter(rows.height));
}

}  // namespace

Result<PackedRecord> RecordBuilder::make(const Dataset& dataset, std::int64_t number) {
    GOETIA_ASSIGN(sample_, dataset.sample(number));
    if (!sample_.stored) GOETIA_TRY(read_bytes(sample_.path, file_));
    const std::string_view bytes = sample_.stored ? sample_.stored.bytes : std::string_view(file_);
    GOETIA_ASSIGN(PackedRecord packed, plan_.decoded ? rows_of(bytes) : file_of(bytes));
    metadata_ = Json::to_cbor(sample_metadata(sample_));
    packed.metadata = {reinterpret_cast<const char*>(metadata_.data()), metadata_.size()};
    GOETIA_ASSIGN(packed.mask, mask_of(packed));
    return packed;
}

Result<PackedRecord> RecordBuilder::file_of(std::string_view bytes) {
    const StoredImage& stored = sample_.stored;
    if (stored.width > 0)
        return PackedRecord{.image = bytes, .width = stored.width, .height = stored.height, .rows = true};
    if (decoder_.open(bytes)) {
        index_ = decoder_.make_index();
        if (!index_.empty())
            return PackedRecord{
                .image = bytes, .index = index_, .width = decoder_.width(), .height = decoder_.height()};
    }
    GOETIA_ASSIGN(const Image image, decode_image(bytes, name_of(sample_)));
    return PackedRecord{.image = bytes, .width = image.width, .height = image.height};
}

Result<PackedRecord> RecordBuilder::rows_of(std::string_view bytes) {
    Image whole{sample_.stored.width, sample_.stored.height, 3, {}};
    if (sample_.stored.width > 0) {
        whole.pixels.assign(bytes.begin(), bytes.end());
    } else {
        GOETIA_ASSIGN(std::optional<Image> opaque, decode_opaque(bytes, name_of(sample_)));
        if (!opaque) return file_of(bytes);
        whole = *std::move(opaque);
    }
    GOETIA_ASSIGN(rows_, scaled_down(std::move(whole), sample_, plan_.largest_side));
    return PackedRecord{.image = {reinterpret_cast<const char*>(rows_.pixels.data()), rows_.pixels.size()},
                        .width = rows_.width,
                        .height = rows_.height,
                        .rows = true};
}

Result<std::string_view> RecordBuilder::mask_of(const PackedRecord& packed) {
    if (sample_.stored_mask || !sample_.has_mask()) return sample_.stored_mask.bytes;
    GOETIA_TRY(read_bytes(sample_.mask_path, mask_));
    GOETIA_ASSIGN(const Image mask, decode_mask(mask_, sample_.mask_path.native()));
    if (mask.width != packed.width || mask.height != packed.height)
        return invalid("the mask '{}' is {}x{} pixels, its image '{}' {}x{}; write it in the image's size",
                       sample_.mask_path.native(), mask.width, mask.height, sample_.name, packed.width, packed.height);
    return std::string_view(mask_);
}

}  // namespace goetia
