#include "feeding/packed/shard_reader.h"

#include <utility>

#include "base/json.h"
#include "feeding/packed/pack.h"

namespace goetia {

Result<std::unique_ptr<ShardReader>> ShardReader::open(const std::string& file, const std::string& sum,
                                                       const std::shared_ptr<BlockCache>& kept) {
    auto made = std::make_unique<ShardReader>();
    made->file_ = file;
    GOETIA_ASSIGN(made->source_, open_source(file, kept));
    const std::uint64_t size = made->source_->size();
    GOETIA_ASSIGN(const SharedBytes first,
                  made->source_->read_once(0, std::min<std::uint64_t>(size, sizeof(ShardHead))));
    GOETIA_ASSIGN(made->head_, check_shard_head(first.bytes, size, file));
    if (sum != fmt::format("{:016x}", sum_of(made->head_)))
        return invalid("'{}' is not the file in the list: its checksum does not match; pack the set again", file);
    GOETIA_ASSIGN(const SharedBytes table, made->source_->read_once(made->head_.table, made->head_.table_bytes));
    GOETIA_ASSIGN(made->records_, check_shard_table(made->head_, table.bytes, file));
    made->checked_ = std::make_unique<std::atomic<bool>[]>(made->records_.size());
    std::uint64_t place = 0;
    for (const ShardRecord& record : made->records_)
        made->metadata_offsets_.push_back(std::exchange(place, place + record.metadata));
    return made;
}

Result<Sample> ShardReader::metadata(std::size_t number) const try {
    GOETIA_ASSIGN(const std::string_view all, all_metadata());
    Sample sample;
    read_sample_metadata(Json::from_cbor(all.substr(metadata_offsets_[number], records_[number].metadata)), sample);
    return sample;
} catch (const Json::exception&) {
    return invalid("the metadata of record {} of '{}' is not what 'dataset pack' writes; pack the set again", number,
                   file_);
}

Result<Sample> ShardReader::sample(std::size_t number) const {
    const ShardRecord& record = records_[number];
    GOETIA_ASSIGN(SharedBytes held, source_->read(record.at, record.bytes()));
    if (!checked_[number].load(std::memory_order_relaxed)) {
        if (quick_sum(held.bytes) != record.sum)
            return invalid("record {} of '{}' is damaged: its checksum does not match; pack the set again", number,
                           file_);
        checked_[number].store(true, std::memory_order_relaxed);
    }
    GOETIA_ASSIGN(Sample sample, metadata(number));
    const std::uint64_t mask = record.image + record.index;
    if (record.mask > 0) sample.stored_mask = {held.bytes.substr(mask, record.mask), held.keep};
    sample.stored = {.bytes = held.bytes.substr(0, record.image),
                     .index = held.bytes.substr(record.image, record.index),
                     .keep = std::move(held.keep)};
    if (record.rows != 0)
        sample.stored.width = static_cast<int>(record.width), sample.stored.height = static_cast<int>(record.height);
    return sample;
}

Result<std::string_view> ShardReader::all_metadata() const {
    const std::scoped_lock lock(mutex_);
    if (!metadata_) {
        GOETIA_ASSIGN(SharedBytes held, source_->read_once(head_.metadata, head_.metadata_bytes));
        if (quick_sum(held.bytes) != head_.metadata_sum)
            return invalid("the metadata of '{}' is damaged: its checksum does not match; pack the set again", file_);
        metadata_ = std::move(held);
    }
    return metadata_->bytes;
}

}  // namespace goetia
