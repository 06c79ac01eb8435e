// What `goetia dataset pack` writes, from a folder or over HTTP.
#include <atomic>
#include <memory>

#include "base/files.h"
#include "base/json.h"
#include "data/dataset.h"
#include "data/packed/pack.h"
#include "data/packed/shard.h"
#include "data/packed/source.h"

namespace goetia {
namespace {

struct Shard {
    std::string file;
    std::unique_ptr<ByteSource> source;
    std::vector<ShardRecord> records;
    std::unique_ptr<std::atomic<bool>[]> checked;  // of each record: its sum was right once
};

Result<Shard> open_shard(const std::string& file) {
    Shard shard{file, nullptr, {}, nullptr};
    GOETIA_ASSIGN(shard.source, open_source(file));
    const std::uint64_t size = shard.source->size();
    GOETIA_ASSIGN(const HeldBytes first, shard.source->read(0, std::min<std::uint64_t>(size, sizeof(ShardHead))));
    GOETIA_ASSIGN(const ShardHead head, check_shard_head(first.bytes, size, file));
    GOETIA_ASSIGN(const HeldBytes table, shard.source->read(head.table, head.table_bytes));
    GOETIA_ASSIGN(shard.records, check_shard_table(head, table.bytes, file));
    shard.checked = std::make_unique<std::atomic<bool>[]>(shard.records.size());
    return shard;
}

class Packed : public Dataset {
  public:
    static Schema schema() {
        return Schema("Packed", "What 'goetia dataset pack' wrote: a few large files, from a folder or over HTTP")
            .with(text("data_root", "The folder, or its address: http://host/path"))
            .with(integer("num_classes", "How many classes there must be").at_least(1).or_null());
    }

    static Result<std::unique_ptr<Packed>> make(const Args& args, Split split) {
        std::string root = args.text("data_root");
        while (root.size() > 1 && root.ends_with('/')) root.pop_back();
        const std::string list = fmt::format("{}/{}.json", root, split_name(split));
        auto source = open_source(list);
        if (!source) return not_found("there is no packed {} split: {}", split_name(split), source.error().message);
        GOETIA_ASSIGN(const HeldBytes text, source.value()->read(0, source.value()->size()));
        const Json json = Json::parse(text.bytes, nullptr, false);
        if (!json.is_object() || !json.contains("files") || !json.contains("classes"))
            return invalid("'{}' is no list of packed data; pack the set anew", list);
        auto made = std::make_unique<Packed>();
        made->classes_ = json["classes"].get<std::vector<std::string>>();
        if (!args.is_null("num_classes") &&
            args.integer("num_classes") != static_cast<std::int64_t>(made->classes_.size()))
            return invalid("'{}' has {} classes, dataset.num_classes says {}", list, made->classes_.size(),
                           args.integer("num_classes"));
        for (const Json& file : json["files"]) {
            GOETIA_ASSIGN(Shard shard, open_shard(fmt::format("{}/{}", root, file.value("file", ""))));
            if (shard.records.size() != file.value("records", std::size_t{0}))
                return invalid("'{}' holds {} records, the list says {}; pack the set anew", shard.file,
                               shard.records.size(), file.value("records", std::size_t{0}));
            made->begins_.push_back(made->size_);
            made->size_ += static_cast<std::int64_t>(shard.records.size());
            made->shards_.push_back(std::move(shard));
        }
        return made;
    }

    [[nodiscard]] std::int64_t size() const override { return size_; }
    [[nodiscard]] const std::vector<std::string>& classes() const override { return classes_; }

    [[nodiscard]] Result<Sample> sample(std::int64_t index) const override try {
        if (index < 0 || index >= size_) return invalid("no sample {}, the data set holds 0 to {}", index, size_ - 1);
        const auto after = std::upper_bound(begins_.begin(), begins_.end(), index);
        const auto number = static_cast<std::size_t>(after - begins_.begin()) - 1;
        const Shard& shard = shards_[number];
        const auto place = static_cast<std::size_t>(index - begins_[number]);
        const ShardRecord& record = shard.records[place];
        GOETIA_ASSIGN(HeldBytes held, shard.source->read(record.at, record.bytes()));
        if (!shard.checked[place].load(std::memory_order_relaxed)) {
            if (quick_sum(held.bytes) != record.sum) return damaged(shard, place);
            shard.checked[place].store(true, std::memory_order_relaxed);
        }
        Sample sample;
        sample.index = index;
        take_facts(Json::from_cbor(held.bytes.substr(record.picture + record.index)), sample);
        sample.stored = {held.bytes.substr(0, record.picture), held.bytes.substr(record.picture, record.index),
                         static_cast<int>(record.width), static_cast<int>(record.height), std::move(held.keep)};
        return sample;
    } catch (const Json::exception&) {
        return invalid("sample {} is not what pack writes; pack the set anew", index);
    }

  private:
    static Error damaged(const Shard& shard, std::size_t place) {
        return invalid("record {} of '{}' is damaged: it has another sum than when it was written; pack the set anew",
                       place, shard.file);
    }

    std::vector<Shard> shards_;
    std::vector<std::int64_t> begins_;
    std::vector<std::string> classes_;
    std::int64_t size_ = 0;
};

}  // namespace

Status add_packed(DatasetRegistry& registry) { return registry.add<Packed>(); }

}  // namespace goetia
