// What was fetched of packed files over a network and may be needed again: all files of a set share one, so that memory
// stays bounded however many they are.
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

    explicit BlockCache(std::uint64_t most_bytes) : most_(most_bytes) {}

    // A number for a file whose blocks will be kept.
    std::uint64_t new_file() { return files_++; }

    // The block, fetched unless it is here; who needs it meanwhile waits for it. What was used longest ago goes first.
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
    std::list<Key> uses_;  // the longest unused in front
    std::uint64_t most_, held_ = 0;
};

}  // namespace goetia
