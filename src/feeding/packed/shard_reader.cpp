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
    GOETIA_ASSIGN(const HeldBytes first, made->source_->read_once(0, std::min<std::uint64_t>(size, sizeof(ShardHead))));
    GOETIA_ASSIGN(made->head_, check_shard_head(first.bytes, size, file));
    if (sum != fmt::format("{:016x}", sum_of(made->head_)))
        return invalid("'{}' is not the file that the list names: it has another sum; pack the set anew", file);
    GOETIA_ASSIGN(const HeldBytes table, made->source_->read_once(made->head_.table, made->head_.table_bytes));
    GOETIA_ASSIGN(made->records_, check_shard_table(made->head_, table.bytes, file));
    made->checked_ = std::make_unique<std::atomic<bool>[]>(made->records_.size());
    std::uint64_t place = 0;
    for (const ShardRecord& record : made->records_)
        made->fact_places_.push_back(std::exchange(place, place + record.facts));
    return made;
}

Result<Sample> ShardReader::facts(std::size_t number) const try {
    GOETIA_ASSIGN(const std::string_view all, all_facts());
    Sample sample;
    take_facts(Json::from_cbor(all.substr(fact_places_[number], records_[number].facts)), sample);
    return sample;
} catch (const Json::exception&) {
    return invalid("what is known of record {} of '{}' is not what pack writes; pack the set anew", number, file_);
}

Result<Sample> ShardReader::sample(std::size_t number) const {
    const ShardRecord& record = records_[number];
    GOETIA_ASSIGN(HeldBytes held, source_->read(record.at, record.bytes()));
    if (!checked_[number].load(std::memory_order_relaxed)) {
        if (quick_sum(held.bytes) != record.sum)
            return invalid(
                "record {} of '{}' is damaged: it has another sum than when it was written; pack the set anew", number,
                file_);
        checked_[number].store(true, std::memory_order_relaxed);
    }
    GOETIA_ASSIGN(Sample sample, facts(number));
    const std::uint64_t mask = record.picture + record.index;
    if (record.mask > 0) sample.stored_mask = {held.bytes.substr(mask, record.mask), held.keep};
    sample.stored = {.bytes = held.bytes.substr(0, record.picture),
                     .index = held.bytes.substr(record.picture, record.index),
                     .keep = std::move(held.keep)};
    if (record.rows != 0)
        sample.stored.width = static_cast<int>(record.width), sample.stored.height = static_cast<int>(record.height);
    return sample;
}

Result<std::string_view> ShardReader::all_facts() const {
    const std::scoped_lock lock(mutex_);
    if (!facts_) {
        GOETIA_ASSIGN(HeldBytes held, source_->read_once(head_.facts, head_.facts_bytes));
        if (quick_sum(held.bytes) != head_.facts_sum)
            return invalid(
                "the facts of '{}' are damaged: they have another sum than when they were written; pack the "
                "set anew",
                file_);
        facts_ = std::move(held);
    }
    return facts_->bytes;
}

}  // namespace goetia
