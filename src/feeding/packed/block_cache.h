// A bounded LRU cache for blocks of packed files fetched over a network, shared by all files of a set.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "base/result.h"

namespace goetia {

using Block = std::shared_ptr<const std::string>;

class BlockCache {
  public:
    struct Key {
        std::uint64_t file = 0;  // see new_file()
        std::uint64_t number = 0;
        auto operator<=>(const Key&) const = default;
    };

    explicit BlockCache(std::uint64_t max_bytes) : max_bytes_(max_bytes) {}

    // A key for a file whose blocks will be cached.
    std::uint64_t new_file() { return files_++; }

    // The block, fetched unless it is cached; concurrent callers wait for the same fetch. Evicts the least recently
    // used.
    Result<Block> get(const Key& key, const std::function<Result<std::string>()>& fetch);

  private:
    struct Slot {
        std::mutex mutex;  // held while it is fetched
        Block bytes;
    };
    struct Entry {
        std::shared_ptr<Slot> slot;
        std::list<Key>::iterator use;
        std::uint64_t size = 0;
    };

    std::shared_ptr<Slot> slot_of(const Key& key);
    void account(const Key& key, std::uint64_t size);

    std::atomic<std::uint64_t> files_{0};
    std::mutex mutex_;
    std::map<Key, Entry> entries_;
    std::list<Key> uses_;  // least recently used first
    std::uint64_t max_bytes_, held_ = 0;
};

}  // namespace goetia
