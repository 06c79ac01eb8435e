#include "feeding/cached_dataset.h"

#include <atomic>
#include <string>
#include <vector>

#include "base/read_bytes.h"
#include "imaging/decode/jpeg_decoder.h"
#include "imaging/decode/opaque.h"

namespace goetia {
namespace {

// Never changes once published, so readers need no lock.
struct Kept {
    std::string bytes, index;
    Image image;

    [[nodiscard]] std::uint64_t size() const {
        return bytes.size() + index.size() + image.pixels.size() + sizeof(Kept);
    }
    [[nodiscard]] StoredImage stored_image(std::shared_ptr<const void> keep) const {
        if (image.pixels.empty()) return {bytes, index, 0, 0, std::move(keep)};
        return {{reinterpret_cast<const char*>(image.pixels.data()), image.pixels.size()},
                {},
                image.width,
                image.height,
                std::move(keep)};
    }
};

class Cached : public Dataset {
  public:
    Cached(std::shared_ptr<const Dataset> dataset, CacheKind kind, std::uint64_t limit)
        : dataset_(std::move(dataset)), kind_(kind), limit_(limit), kept_(static_cast<std::size_t>(dataset_->size())) {}

    [[nodiscard]] std::int64_t size() const override { return dataset_->size(); }
    [[nodiscard]] const std::vector<std::string>& classes() const override { return dataset_->classes(); }

    [[nodiscard]] Result<SampleInfo> info(std::int64_t index) const override { return dataset_->info(index); }
    [[nodiscard]] const std::vector<std::int64_t>& class_ids() const override { return dataset_->class_ids(); }
    [[nodiscard]] const std::vector<std::string>& targets() const override { return dataset_->targets(); }
    [[nodiscard]] const std::vector<DataSource>& sources() const override { return dataset_->sources(); }
    [[nodiscard]] std::string known_fingerprint() const override { return dataset_->known_fingerprint(); }
    [[nodiscard]] Json default_sampler() const override { return dataset_->default_sampler(); }
    [[nodiscard]] const std::map<std::string, std::int64_t>& left_out() const override { return dataset_->left_out(); }

    [[nodiscard]] Result<Sample> sample(std::int64_t index) const override {
        GOETIA_ASSIGN(Sample sample, dataset_->sample(index));
        // An image already in memory (or a mapped file) gains only by being decoded.
        const bool there = sample.stored && (kind_ == CacheKind::kBytes || sample.stored.width > 0);
        if (there) return sample;
        std::atomic<std::shared_ptr<const Kept>>& place = kept_[static_cast<std::size_t>(index)];
        std::shared_ptr<const Kept> kept = place.load();
        if (!kept && used_.load() < limit_) kept = keep(sample, place);
        if (kept) sample.stored = kept->stored_image(kept);
        return sample;
    }

  private:
    // Null when it does not fit or cannot be read: the loader then meets the same error and reports it.
    std::shared_ptr<const Kept> keep(const Sample& sample, std::atomic<std::shared_ptr<const Kept>>& place) const {
        auto fresh = std::make_shared<Kept>();
        if (!sample.stored && !read_bytes(sample.path, fresh->bytes)) return nullptr;
        const std::string_view bytes = sample.stored ? sample.stored.bytes : std::string_view(fresh->bytes);
        if (kind_ == CacheKind::kPixels) {
            auto image = decode_opaque(bytes, sample.name);
            if (!image) return nullptr;
            if (*image) {
                fresh->image = std::move(**image);
                fresh->bytes = {};
            } else if (sample.stored) {
                fresh->bytes = sample.stored.bytes;
            }
        } else {
            JpegDecoder decoder;
            if (decoder.open(bytes)) fresh->index = decoder.make_index();
        }
        fresh->bytes.shrink_to_fit();
        const std::uint64_t size = fresh->size();
        if (used_.fetch_add(size) + size > limit_) {
            used_.fetch_sub(size);
            return nullptr;
        }
        std::shared_ptr<const Kept> expected, made = std::move(fresh);
        if (place.compare_exchange_strong(expected, made)) return made;
        used_.fetch_sub(size);  // another thread was first
        return expected;
    }

    std::shared_ptr<const Dataset> dataset_;
    CacheKind kind_;
    std::uint64_t limit_;
    mutable std::atomic<std::uint64_t> used_{0};
    mutable std::vector<std::atomic<std::shared_ptr<const Kept>>> kept_;
};

}  // namespace

std::shared_ptr<const Dataset> cached(std::shared_ptr<const Dataset> dataset, CacheKind kind, std::uint64_t limit) {
    return std::make_shared<Cached>(std::move(dataset), kind, limit);
}

}  // namespace goetia
