// One file of a packed data set, opened: its pictures, and what is known of them. Threads read it at once.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "feeding/packed/shard.h"
#include "feeding/packed/source.h"
#include "imaging/sample.h"

namespace goetia {

class ShardReader {
  public:
    // `sum` is that of its head, as the set's list says it: another file of the same name is refused.
    static Result<std::unique_ptr<ShardReader>> open(const std::string& file, const std::string& sum,
                                                     const std::shared_ptr<BlockCache>& kept);

    [[nodiscard]] const std::string& file() const { return file_; }
    [[nodiscard]] std::size_t records() const { return records_.size(); }
    [[nodiscard]] std::uint64_t bytes() const { return source_->size(); }

    [[nodiscard]] const ShardRecord& record(std::size_t number) const { return records_[number]; }
    // What is known of a record but for its picture: the first call fetches it for all of the file's.
    [[nodiscard]] Result<Sample> facts(std::size_t number) const;
    // With its picture.
    [[nodiscard]] Result<Sample> sample(std::size_t number) const;

  private:
    [[nodiscard]] Result<std::string_view> all_facts() const;

    std::string file_;
    ShardHead head_{};
    std::unique_ptr<ByteSource> source_;
    std::vector<ShardRecord> records_;
    std::vector<std::uint64_t> fact_places_;        // of each record within the facts
    std::unique_ptr<std::atomic<bool>[]> checked_;  // of each record: its sum was right once
    mutable std::mutex mutex_;
    mutable std::optional<HeldBytes> facts_;
};

}  // namespace goetia
