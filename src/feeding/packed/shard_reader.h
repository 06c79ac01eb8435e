// Reads one file of a packed data set. Thread-safe.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "feeding/packed/byte_source.h"
#include "feeding/packed/shard.h"
#include "imaging/sample.h"

namespace goetia {

class ShardReader {
  public:
    // `sum`: the checksum of its head from the set's list; another file of the same name is refused.
    static Result<std::unique_ptr<ShardReader>> open(const std::string& file, const std::string& sum,
                                                     const std::shared_ptr<BlockCache>& kept);

    [[nodiscard]] const std::string& file() const { return file_; }
    [[nodiscard]] std::size_t records() const { return records_.size(); }
    [[nodiscard]] std::uint64_t bytes() const { return source_->size(); }

    [[nodiscard]] const ShardRecord& record(std::size_t number) const { return records_[number]; }
    // A record without its image; the first call reads the metadata of the whole file.
    [[nodiscard]] Result<Sample> metadata(std::size_t number) const;
    // A record with its image.
    [[nodiscard]] Result<Sample> sample(std::size_t number) const;

  private:
    [[nodiscard]] Result<std::string_view> all_metadata() const;

    std::string file_;
    ShardHead head_{};
    std::unique_ptr<ByteSource> source_;
    std::vector<ShardRecord> records_;
    std::vector<std::uint64_t> metadata_offsets_;   // of each record within the metadata
    std::unique_ptr<std::atomic<bool>[]> checked_;  // of each record: its checksum was verified
    mutable std::mutex mutex_;
    mutable std::optional<SharedBytes> metadata_;
};

}  // namespace goetia
