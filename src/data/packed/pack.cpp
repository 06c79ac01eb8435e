#include "data/packed/pack.h"

#include <algorithm>
#include <optional>

#include "base/files.h"
#include "base/hash.h"
#include "data/decode/decode.h"
#include "data/decode/jpeg_decoder.h"
#include "data/decode/mask.h"
#include "data/kernels/resample.h"
#include "data/packed/shard.h"
#include "data/read_bytes.h"

namespace goetia {
namespace {

class Packer {
  public:
    explicit Packer(const PackPlan& plan) : plan_(plan) {}

    Status add(const Sample& sample) {
        if (!sample.stored) GOETIA_TRY(read_bytes(sample.path, file_));
        GOETIA_ASSIGN(PackedPicture packed,
                      picture_of(sample, sample.stored ? sample.stored.bytes : std::string_view(file_)));
        const std::vector<std::uint8_t> facts = Json::to_cbor(sample_facts(sample));
        packed.facts = {reinterpret_cast<const char*>(facts.data()), facts.size()};
        GOETIA_ASSIGN(packed.mask, mask_of(sample, packed));
        GOETIA_TRY(have_shard());
        return shard_->add(packed);
    }

    Result<Json> finish() {
        GOETIA_TRY(close());
        return std::move(files_);
    }

  private:
    // Its views last until the next one's. Read to its end: what is packed can be decoded.
    Result<PackedPicture> picture_of(const Sample& sample, std::string_view bytes) {
        const StoredPicture& stored = sample.stored;
        if (plan_.decoded) return rows_of(sample, bytes);
        if (stored.width > 0)
            return PackedPicture{.picture = bytes, .width = stored.width, .height = stored.height, .rows = true};
        if (decoder_.open(bytes)) {
            index_ = decoder_.make_index();
            if (!index_.empty())
                return PackedPicture{
                    .picture = bytes, .index = index_, .width = decoder_.width(), .height = decoder_.height()};
        }
        GOETIA_ASSIGN(const Image image, decode_image(bytes, name_of(sample)));
        return PackedPicture{.picture = bytes, .width = image.width, .height = image.height};
    }

    Result<PackedPicture> rows_of(const Sample& sample, std::string_view bytes) {
        rows_ = {sample.stored.width, sample.stored.height, 3, {}};
        if (sample.stored.width > 0) {
            rows_.pixels.assign(bytes.begin(), bytes.end());
        } else {
            GOETIA_ASSIGN(rows_, decode_image(bytes, name_of(sample)));
        }
        const int side = std::max(rows_.width, rows_.height), most = plan_.largest_side;
        if (most > 0 && side > most) {
            if (!sample.instances.empty() || sample.has_mask())
                return make_error(Code::kUnsupported,
                                  "sample '{}' is {} pixels long and has {} marked, which packing does not scale; "
                                  "leave the largest side as it is",
                                  sample.name, side, sample.has_mask() ? "classes" : "objects");
            const auto shorter = [&](int length) { return std::max(1, (length * most + side / 2) / side); };
            rows_ = resized(rows_, shorter(rows_.width), shorter(rows_.height));
        }
        return PackedPicture{.picture = {reinterpret_cast<const char*>(rows_.pixels.data()), rows_.pixels.size()},
                             .width = rows_.width,
                             .height = rows_.height,
                             .rows = true};
    }

    // Empty when there is none.
    Result<std::string_view> mask_of(const Sample& sample, const PackedPicture& packed) {
        if (sample.stored_mask || !sample.has_mask()) return sample.stored_mask.bytes;
        GOETIA_TRY(read_bytes(sample.mask_path, mask_));
        GOETIA_ASSIGN(const Image mask, decode_mask(mask_, sample.mask_path.native()));
        if (mask.width != packed.width || mask.height != packed.height)
            return invalid("the mask '{}' is {}x{} pixels, its picture '{}' {}x{}; write it in its picture's size",
                           sample.mask_path.native(), mask.width, mask.height, sample.name, packed.width,
                           packed.height);
        return std::string_view(mask_);
    }

    static std::string name_of(const Sample& sample) {
        return sample.path.empty() ? sample.name : sample.path.native();
    }

    Status have_shard() {
        if (shard_ && shard_->bytes() >= plan_.shard_bytes) GOETIA_TRY(close());
        if (shard_) return {};
        name_ = fmt::format("{}-{:05}.pack", split_name(plan_.split), files_.size());
        GOETIA_ASSIGN(shard_, ShardWriter::create(plan_.folder / name_));
        return {};
    }

    Status close() {
        if (!shard_) return {};
        GOETIA_ASSIGN(const std::uint64_t sum, shard_->finish());
        files_.push_back({{"file", name_}, {"records", shard_->records()}, {"sum", fmt::format("{:016x}", sum)}});
        shard_.reset();
        return {};
    }

    const PackPlan& plan_;
    std::optional<ShardWriter> shard_;
    std::string name_, file_, index_, mask_;
    Image rows_;
    JpegDecoder decoder_;
    Json files_ = Json::array();
};

// Of what is packed: that of the set, unless its pictures become others.
Result<std::string> packed_fingerprint(const Dataset& dataset, const PackPlan& plan) {
    GOETIA_ASSIGN(std::string own, fingerprint(dataset));
    if (!plan.decoded || plan.largest_side == 0) return own;
    return sha256_hex(fmt::format("{} at most {} pixels", own, plan.largest_side));
}

}  // namespace

Status pack(const Dataset& dataset, const PackPlan& plan) {
    const std::filesystem::path list = plan.folder / fmt::format("{}.json", split_name(plan.split));
    std::error_code code;
    if (std::filesystem::exists(list, code))
        return make_error(Code::kWrongState, "there is packed data in '{}' already; name another folder",
                          list.native());
    GOETIA_TRY(make_folders(plan.folder));
    Packer packer(plan);
    for (std::int64_t i = 0; i < dataset.size(); ++i) {
        GOETIA_ASSIGN(const Sample sample, dataset.sample(i));
        GOETIA_TRY(packer.add(sample));
        if (plan.progress) plan.progress(i + 1, dataset.size());
    }
    GOETIA_ASSIGN(const Json files, packer.finish());
    GOETIA_ASSIGN(const std::string certificate, packed_fingerprint(dataset, plan));
    // Last of all: a set without its list was not finished.
    const Json whole{{"version", kPackVersion}, {"classes", dataset.classes()}, {"samples", dataset.size()},
                     {"decoded", plan.decoded}, {"fingerprint", certificate},   {"files", files}};
    return write_file_atomic(list, whole.dump(2) + "\n");
}

}  // namespace goetia
