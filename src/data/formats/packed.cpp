// What `goetia dataset pack` writes, from a folder or over HTTP.
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "base/files.h"
#include "base/json.h"
#include "data/dataset.h"
#include "data/packed/pack.h"
#include "data/packed/shard.h"
#include "data/packed/source.h"

namespace goetia {
namespace {

// What is known of a file's samples, fetched when first asked for.
struct KnownFacts {
    std::mutex mutex;
    std::optional<HeldBytes> held;
};

struct Shard {
    std::string file;
    ShardHead head{};
    std::unique_ptr<ByteSource> source;
    std::vector<ShardRecord> records;
    std::vector<std::uint64_t> fact_places;        // of each record within the facts
    std::unique_ptr<std::atomic<bool>[]> checked;  // of each record: its sum was right once
    std::unique_ptr<KnownFacts> known;

    // What is known of one sample.
    [[nodiscard]] Result<Sample> facts(std::size_t place) const try {
        Sample sample;
        GOETIA_ASSIGN(const std::string_view all, all_facts());
        take_facts(Json::from_cbor(all.substr(fact_places[place], records[place].facts)), sample);
        return sample;
    } catch (const Json::exception&) {
        return invalid("what is known of record {} of '{}' is not what pack writes; pack the set anew", place, file);
    }

  private:
    [[nodiscard]] Result<std::string_view> all_facts() const {
        const std::scoped_lock lock(known->mutex);
        if (!known->held) {
            GOETIA_ASSIGN(HeldBytes held, source->read_once(head.facts, head.facts_bytes));
            if (quick_sum(held.bytes) != head.facts_sum)
                return invalid(
                    "the facts of '{}' are damaged: they have another sum than when they were written; pack "
                    "the set anew",
                    file);
            known->held = std::move(held);
        }
        return known->held->bytes;
    }
};

Result<Shard> open_shard(const std::string& file, const Json& told, const std::shared_ptr<BlockCache>& kept) {
    Shard shard;
    shard.file = file;
    GOETIA_ASSIGN(shard.source, open_source(file, kept));
    const std::uint64_t size = shard.source->size();
    GOETIA_ASSIGN(const HeldBytes first, shard.source->read_once(0, std::min<std::uint64_t>(size, sizeof(ShardHead))));
    GOETIA_ASSIGN(shard.head, check_shard_head(first.bytes, size, file));
    if (told.value("sum", "") != fmt::format("{:016x}", sum_of(shard.head)))
        return invalid("'{}' is not the file that the list names: it has another sum; pack the set anew", file);
    GOETIA_ASSIGN(const HeldBytes table, shard.source->read_once(shard.head.table, shard.head.table_bytes));
    GOETIA_ASSIGN(shard.records, check_shard_table(shard.head, table.bytes, file));
    shard.checked = std::make_unique<std::atomic<bool>[]>(shard.records.size());
    shard.known = std::make_unique<KnownFacts>();
    std::uint64_t place = 0;
    for (const ShardRecord& record : shard.records)
        shard.fact_places.push_back(std::exchange(place, place + record.facts));
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
        const auto kept = std::make_shared<BlockCache>(room);
        auto source = open_source(list, kept);
        if (!source) return not_found("there is no packed {} split: {}", split_name(split), source.error().message);
        GOETIA_ASSIGN(const HeldBytes text, source.value()->read_once(0, source.value()->size()));
        const Json json = Json::parse(text.bytes, nullptr, false);
        if (!json.is_object() || !json.contains("files") || !json.contains("classes"))
            return invalid("'{}' is no list of packed data; pack the set anew", list);
        auto made = std::make_unique<Packed>();
        made->fingerprint_ = json.value("fingerprint", "");
        made->classes_ = json["classes"].get<std::vector<std::string>>();
        if (!args.is_null("num_classes") &&
            args.integer("num_classes") != static_cast<std::int64_t>(made->classes_.size()))
            return invalid("'{}' has {} classes, dataset.num_classes says {}", list, made->classes_.size(),
                           args.integer("num_classes"));
        std::uint64_t bytes = 0;
        for (const Json& file : json["files"]) {
            GOETIA_ASSIGN(Shard shard, open_shard(fmt::format("{}/{}", root, file.value("file", "")), file, kept));
            made->begins_.push_back(made->size_);
            made->size_ += static_cast<std::int64_t>(shard.records.size());
            bytes += shard.source->size();
            made->shards_.push_back(std::move(shard));
        }
        if (is_address(root) && made->size_ > 0)
            made->sampler_ = streaming_sampler(room / 2 / std::max<std::uint64_t>(bytes / made->size_, 1));
        return made;
    }

    [[nodiscard]] std::int64_t size() const override { return size_; }
    [[nodiscard]] const std::vector<std::string>& classes() const override { return classes_; }
    [[nodiscard]] Json usual_sampler() const override { return sampler_; }

    [[nodiscard]] std::string known_fingerprint() const override { return fingerprint_; }

    [[nodiscard]] Result<Brief> brief(std::int64_t index) const override {
        GOETIA_ASSIGN(const Place place, place_of(index));
        GOETIA_ASSIGN(const Sample known, place.shard->facts(place.record));
        return Brief{.labels = labels_of(known.label, known.instances), .label = known.label, .subject = known.subject};
    }

    [[nodiscard]] Result<Sample> sample(std::int64_t index) const override {
        GOETIA_ASSIGN(const Place place, place_of(index));
        const Shard& shard = *place.shard;
        const ShardRecord& record = shard.records[place.record];
        GOETIA_ASSIGN(HeldBytes held, shard.source->read(record.at, record.bytes()));
        if (!shard.checked[place.record].load(std::memory_order_relaxed)) {
            if (quick_sum(held.bytes) != record.sum) return damaged(place);
            shard.checked[place.record].store(true, std::memory_order_relaxed);
        }
        GOETIA_ASSIGN(Sample sample, shard.facts(place.record));
        sample.index = index;
        sample.stored = {held.bytes.substr(0, record.picture), held.bytes.substr(record.picture, record.index),
                         static_cast<int>(record.width), static_cast<int>(record.height), std::move(held.keep)};
        return sample;
    }

  private:
    // A window must fit into what is kept, or its blocks are fetched again and again: half the room, so that the next
    // one's have a place while this one is read to its end.
    static Json streaming_sampler(std::uint64_t fitting) {
        constexpr std::uint64_t kLeast = 64, kMost = 8192;
        return {{"type", "window_shuffle"}, {"window", std::clamp(fitting, kLeast, kMost)}};
    }

    struct Place {
        const Shard* shard;
        std::size_t record;
    };
    [[nodiscard]] Result<Place> place_of(std::int64_t index) const {
        if (index < 0 || index >= size_) return invalid("no sample {}, the data set holds 0 to {}", index, size_ - 1);
        const auto after = std::upper_bound(begins_.begin(), begins_.end(), index);
        const auto number = static_cast<std::size_t>(after - begins_.begin()) - 1;
        return Place{&shards_[number], static_cast<std::size_t>(index - begins_[number])};
    }

    static Error damaged(const Place& place) {
        return invalid("record {} of '{}' is damaged: it has another sum than when it was written; pack the set anew",
                       place.record, place.shard->file);
    }

    std::vector<Shard> shards_;
    std::vector<std::int64_t> begins_;
    std::vector<std::string> classes_;
    std::string fingerprint_;
    std::int64_t size_ = 0;
    Json sampler_ = Dataset::usual_sampler();
};

}  // namespace

Status add_packed(DatasetRegistry& registry) { return registry.add<Packed>(); }

}  // namespace goetia
