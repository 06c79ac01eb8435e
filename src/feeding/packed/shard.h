// One file of a packed data set: a head, the records one after the other, and a table of them at the end.
//
//   head    "GOETPACK", version, records, offsets of metadata and table, their sizes, their checksums   (72 bytes)
//   record  the image's bytes, its index (JPEG only), its semantic mask (an encoded PNG)
//   metadata    names, labels and annotations of all records (CBOR), readable without the images
//   table   one ShardRecord for each
//
// All integers are little-endian. Each record, the metadata and the table have a checksum, so that corruption by a disk
// or a network is detected.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace goetia {

// The version of shards and of the lists that name them; others are refused.
constexpr std::uint64_t kPackVersion = 4;

struct ShardRecord {
    std::uint64_t at = 0;     // offset of the image in the file
    std::uint64_t image = 0;  // bytes
    std::uint32_t index = 0, mask = 0, metadata = 0;
    std::uint32_t width = 0, height = 0;  // upright
    std::uint32_t rows = 0;               // 1: the image is RGB rows; 0: an encoded file
    std::uint64_t sum = 0;                // of image, index and mask

    [[nodiscard]] std::uint64_t bytes() const { return image + index + mask; }
};
static_assert(sizeof(ShardRecord) == 48);

struct ShardHead {
    char mark[8];
    std::uint64_t version, records, metadata, metadata_bytes, metadata_sum, table, table_bytes, table_sum;
};
static_assert(sizeof(ShardHead) == 72);

// A fast checksum, not cryptographic: 64 bits over words of eight bytes, four at a time.
std::uint64_t quick_sum(std::string_view bytes);

std::uint64_t sum_of(const ShardHead& head);

// Reads the head of a file of `bytes` bytes; `file` names it in messages.
Result<ShardHead> check_shard_head(std::string_view head, std::uint64_t bytes, std::string_view file);
Result<std::vector<ShardRecord>> check_shard_table(const ShardHead& head, std::string_view table,
                                                   std::string_view file);

// The parts of one record.
struct PackedRecord {
    std::string_view image, index, mask, metadata;
    int width = 0, height = 0;
    bool rows = false;
};

class ShardWriter {
  public:
    static Result<ShardWriter> create(const std::filesystem::path& path);
    Status add(const PackedRecord& one);
    [[nodiscard]] std::uint64_t bytes() const { return at_; }
    [[nodiscard]] std::size_t records() const { return records_.size(); }
    // Returns the checksum of the head, which covers the other checksums and so the whole file.
    Result<std::uint64_t> finish();

  private:
    std::filesystem::path path_;
    std::ofstream file_;
    std::uint64_t at_ = sizeof(ShardHead);
    std::vector<ShardRecord> records_;
    std::string metadata_;
};

}  // namespace goetia
