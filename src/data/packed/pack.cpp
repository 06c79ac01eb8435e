#include "data/packed/pack.h"

#include <algorithm>
#include <optional>

#include "base/files.h"
#include "base/hash.h"
#include "data/decode/decode.h"
#include "data/decode/jpeg_decoder.h"
#include "data/kernels/resample.h"
#include "data/packed/shard.h"
#include "data/read_bytes.h"

namespace goetia {
namespace {

class Packer {
  public:
    explicit Packer(const PackPlan& plan) : plan_(plan) {}

    Status add(const Sample& sample) {
        if (!sample.mask_path.empty())
            return make_error(Code::kUnsupported,
                              "sample '{}' has a semantic mask, which packed data cannot hold; use "
                              "the set as it is",
                              sample.name);
        if (!sample.stored) GOETIA_TRY(read_bytes(sample.path, file_));
        const std::string_view bytes = sample.stored ? sample.stored.bytes : std::string_view(file_);
        const std::vector<std::uint8_t> facts = Json::to_cbor(sample_facts(sample));
        const std::string_view known(reinterpret_cast<const char*>(facts.data()), facts.size());
        GOETIA_TRY(have_shard());
        if (plan_.decoded) return add_rows(sample, bytes, known);
        // Read to its end: what is packed can be decoded.
        const bool plain = sample.stored.width == 0 && decoder_.open(bytes);
        const std::string index = plain ? decoder_.make_index() : std::string();
        if (index.empty() && sample.stored.width == 0) GOETIA_TRY(decodes(bytes, sample));
        return shard_->add(bytes, index, known, sample.stored.width, sample.stored.height);
    }

    Result<Json> finish() {
        GOETIA_TRY(close());
        return std::move(files_);
    }

  private:
    static Status decodes(std::string_view bytes, const Sample& sample) {
        GOETIA_ASSIGN(const Image image, decode_image(bytes, sample.path.native()));
        return image.pixels.empty() ? Status(invalid("'{}' holds no pixels", sample.name)) : Status();
    }

    Status add_rows(const Sample& sample, std::string_view bytes, std::string_view facts) {
        Image image{sample.stored.width, sample.stored.height, 3, {}};
        if (sample.stored.width > 0) {
            image.pixels.assign(bytes.begin(), bytes.end());
        } else {
            GOETIA_ASSIGN(image, decode_image(bytes, sample.path.native()));
        }
        const int side = std::max(image.width, image.height), most = plan_.largest_side;
        if (most > 0 && side > most) {
            if (!sample.instances.empty())
                return make_error(Code::kUnsupported,
                                  "sample '{}' is {} pixels long and has objects marked, which "
                                  "packing does not scale; leave the largest side as it is",
                                  sample.name, side);
            const auto shorter = [&](int length) { return std::max(1, (length * most + side / 2) / side); };
            image = resized(image, shorter(image.width), shorter(image.height));
        }
        const std::string_view rows(reinterpret_cast<const char*>(image.pixels.data()), image.pixels.size());
        return shard_->add(rows, {}, facts, image.width, image.height);
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
    std::string name_, file_;
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
