// The data set Packed: what `goetia dataset pack` writes, read from a folder or over HTTP.
#include <algorithm>
#include <memory>

#include "datasets/dataset.h"
#include "datasets/formats/roots.h"
#include "feeding/packed/pack.h"
#include "feeding/packed/packed_list.h"
#include "feeding/packed/shard_reader.h"

namespace goetia {
namespace {

// Reads the split's list. Only for a local path can a missing folder be told from a missing list.
Result<PackedList> read_list(const std::string& root, const std::string& file, Split split,
                             const std::shared_ptr<BlockCache>& kept) {
    if (!is_address(root) && !is_folder(root))
        return invalid("there is no folder '{}'; correct dataset.data_root", root);
    const auto source = open_source(file, kept);
    if (!source && source.error().code == Code::kNotFound)
        return not_found("there is no packed {} split: {}", split_name(split), source.error().message);
    if (!source) return source.error();
    GOETIA_ASSIGN(const SharedBytes text, source.value()->read_once(0, source.value()->size()));
    return parse_packed_list(text.bytes, file);
}

Result<std::unique_ptr<ShardReader>> open_listed(const std::string& root, const std::string& list,
                                                 const PackedFile& one, const std::shared_ptr<BlockCache>& kept) {
    auto shard = ShardReader::open(fmt::format("{}/{}", root, one.file), one.sum, kept);
    if (!shard && shard.error().code == Code::kNotFound)
        return invalid("'{}' lists '{}', which is missing; copy it too, or pack the set again", list, one.file);
    return shard;
}

class Packed : public Dataset {
  public:
    static Schema schema() {
        return Schema("Packed", "What 'goetia dataset pack' wrote: a few large files, from a folder or over HTTP")
            .with(text("data_root", "The folder, or its address: http://host/path"))
            .with(integer("num_classes", "How many classes there must be").at_least(1).or_null())
            .with(integer("stream_megabytes", "Of an address: how much of what was fetched each process keeps")
                      .at_least(16)
                      .fallback(1024));
    }

    static Result<std::unique_ptr<Packed>> make(const Args& args, Split split) {
        std::string root = args.text("data_root");
        while (root.size() > 1 && root.ends_with('/')) root.pop_back();
        const std::string list = fmt::format("{}/{}.json", root, split_name(split));
        const std::uint64_t room = static_cast<std::uint64_t>(args.integer("stream_megabytes")) << 20U;
        auto made = std::make_unique<Packed>();
        GOETIA_TRY(made->open(root, list, split, room));
        const auto classes = static_cast<std::int64_t>(made->classes_.size());
        if (!args.is_null("num_classes") && args.integer("num_classes") != classes)
            return invalid("'{}' has {} classes, dataset.num_classes is {}", list, classes,
                           args.integer("num_classes"));
        return made;
    }

    [[nodiscard]] std::int64_t size() const override { return size_; }
    [[nodiscard]] const std::vector<std::string>& classes() const override { return classes_; }
    [[nodiscard]] Json default_sampler() const override { return sampler_; }
    [[nodiscard]] std::string known_fingerprint() const override { return fingerprint_; }

    [[nodiscard]] Result<SampleInfo> info(std::int64_t index) const override {
        GOETIA_ASSIGN(const Place place, place_of(index));
        GOETIA_ASSIGN(const Sample known, place.shard->metadata(place.record));
        const ShardRecord& record = place.shard->record(place.record);
        return SampleInfo{.labels = labels_of(known.label, known.instances),
                          .width = static_cast<int>(record.width),
                          .height = static_cast<int>(record.height),
                          .label = known.label,
                          .subject = known.subject};
    }

    [[nodiscard]] Result<Sample> sample(std::int64_t index) const override {
        GOETIA_ASSIGN(const Place place, place_of(index));
        GOETIA_ASSIGN(Sample sample, place.shard->sample(place.record));
        sample.index = index;
        return sample;
    }

  private:
    Status open(const std::string& root, const std::string& file, Split split, std::uint64_t room) {
        const auto kept = std::make_shared<BlockCache>(room);
        GOETIA_ASSIGN(PackedList list, read_list(root, file, split, kept));
        fingerprint_ = std::move(list.fingerprint);
        classes_ = std::move(list.classes);
        std::uint64_t bytes = 0;
        for (const PackedFile& one : list.files) {
            GOETIA_ASSIGN(auto shard, open_listed(root, file, one, kept));
            begins_.push_back(size_);
            size_ += static_cast<std::int64_t>(shard->records());
            bytes += shard->bytes();
            shards_.push_back(std::move(shard));
        }
        if (is_address(root) && size_ > 0)
            sampler_ =
                streaming_sampler(room / 2 / std::max<std::uint64_t>(bytes / static_cast<std::uint64_t>(size_), 1));
        return {};
    }

    // A window must fit the cache, or its blocks would be fetched again and again: half of it, so that the next
    // window's blocks fit while this one is read to its end.
    static Json streaming_sampler(std::uint64_t fitting) {
        constexpr std::uint64_t kMin = 64, kMax = 8192;
        return {{"type", "window_shuffle"}, {"window", std::clamp(fitting, kMin, kMax)}};
    }

    struct Place {
        const ShardReader* shard;
        std::size_t record;
    };
    [[nodiscard]] Result<Place> place_of(std::int64_t index) const {
        if (index < 0 || index >= size_) return invalid("no sample {}, the data set holds 0 to {}", index, size_ - 1);
        const auto after = std::upper_bound(begins_.begin(), begins_.end(), index);
        const auto number = static_cast<std::size_t>(after - begins_.begin()) - 1;
        return Place{shards_[number].get(), static_cast<std::size_t>(index - begins_[number])};
    }

    std::vector<std::unique_ptr<ShardReader>> shards_;
    std::vector<std::int64_t> begins_;
    std::vector<std::string> classes_;
    std::string fingerprint_;
    std::int64_t size_ = 0;
    Json sampler_ = Dataset::default_sampler();
};

}  // namespace

Status add_packed(DatasetRegistry& registry) { return registry.add<Packed>(); }

}  // namespace goetia
