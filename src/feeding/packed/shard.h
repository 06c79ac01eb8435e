// One file of a packed data set: a head, the records one behind the other, a table of them at the end.
//
//   head    "GOETPACK", version, records, where facts and table begin, their bytes, their sums   (72 bytes)
//   record  the picture's bytes, its index (JPEG only), its mask of classes (a PNG file's bytes)
//   facts   what is known of each picture (CBOR), together: labels are had without reading pictures
//   table   one ShardRecord for each
//
// All numbers little-endian. Each record, the facts and the table carry a sum, so that what a disk or a network spoils
// is found.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace goetia {

// Of a file and of the list that names it; another one is refused.
constexpr std::uint64_t kPackVersion = 4;

struct ShardRecord {
    std::uint64_t at = 0;       // of the picture, in the file
    std::uint64_t picture = 0;  // bytes
    std::uint32_t index = 0, mask = 0, facts = 0;
    std::uint32_t width = 0, height = 0;  // upright
    std::uint32_t rows = 0;               // 1: the picture is RGB rows; 0: a file's bytes
    std::uint64_t sum = 0;                // of picture, index and mask

    [[nodiscard]] std::uint64_t bytes() const { return picture + index + mask; }
};
static_assert(sizeof(ShardRecord) == 48);

struct ShardHead {
    char mark[8];
    std::uint64_t version, records, facts, facts_bytes, facts_sum, table, table_bytes, table_sum;
};
static_assert(sizeof(ShardHead) == 72);

// A quick sum (not for secrets): 64 bits over words of eight bytes, four at a time.
std::uint64_t quick_sum(std::string_view bytes);

std::uint64_t sum_of(const ShardHead& head);

// Reads the head; `file` is what messages call it, `bytes` how long it is.
Result<ShardHead> check_shard_head(std::string_view head, std::uint64_t bytes, std::string_view file);
Result<std::vector<ShardRecord>> check_shard_table(const ShardHead& head, std::string_view table,
                                                   std::string_view file);

// What one record is made of.
struct PackedPicture {
    std::string_view picture, index, mask, facts;
    int width = 0, height = 0;
    bool rows = false;
};

class ShardWriter {
  public:
    static Result<ShardWriter> create(const std::filesystem::path& path);
    Status add(const PackedPicture& one);
    [[nodiscard]] std::uint64_t bytes() const { return at_; }
    [[nodiscard]] std::size_t records() const { return records_.size(); }
    // The sum of the head, which holds the other sums: of all that the file is.
    Result<std::uint64_t> finish();

  private:
    std::filesystem::path path_;
    std::ofstream file_;
    std::uint64_t at_ = sizeof(ShardHead);
    std::vector<ShardRecord> records_;
    std::string facts_;
};

}  // namespace goetia
