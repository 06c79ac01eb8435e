#include "feeding/packed/block_cache.h"

namespace goetia {

Result<Block> BlockCache::get(const Key& key, const std::function<Result<std::string>()>& fetch) {
    const std::shared_ptr<Slot> slot = slot_of(key);
    const std::scoped_lock lock(slot->mutex);
    if (!slot->bytes) {
        GOETIA_ASSIGN(std::string fetched, fetch());
        slot->bytes = std::make_shared<const std::string>(std::move(fetched));
        account(key, slot->bytes->size());
    }
    return slot->bytes;
}

std::shared_ptr<BlockCache::Slot> BlockCache::slot_of(const Key& key) {
    const std::scoped_lock lock(mutex_);
    const auto [place, is_new] = entries_.try_emplace(key);
    Entry& entry = place->second;
    if (is_new) {
        entry.slot = std::make_shared<Slot>();
        entry.use = uses_.insert(uses_.end(), key);
    } else {
        uses_.splice(uses_.end(), uses_, entry.use);
    }
    return entry.slot;
}

void BlockCache::account(const Key& key, std::uint64_t size) {
    const std::scoped_lock lock(mutex_);
    const auto place = entries_.find(key);
    if (place == entries_.end()) return;  // evicted while it was fetched
    held_ += size - place->second.size;
    place->second.size = size;
    while (held_ > max_bytes_ && uses_.size() > 1) {
        const auto oldest = entries_.find(uses_.front());
        if (oldest == place) break;
        held_ -= oldest->second.size;
        uses_.pop_front();
        entries_.erase(oldest);
    }
}

}  // namespace goetia
