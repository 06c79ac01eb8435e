#include "feeding/packed/shard.h"

#include <array>
#include <cerrno>
#include <cstring>

namespace goetia {
namespace {

constexpr std::string_view kMark = "GOETPACK";

std::uint64_t mixed(std::uint64_t value) {
    value ^= value >> 32;
    value *= 0xD6E8FEB86659FD93ULL;
    return value ^ value >> 32;
}

}  // namespace

std::uint64_t quick_sum(std::string_view bytes) {
    constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15ULL;
    std::array<std::uint64_t, 4> lanes{1, 2, 3, 4};
    const char* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= 32; at += 32, left -= 32) {
        for (std::size_t i = 0; i < 4; ++i) {
            std::uint64_t word;
            std::memcpy(&word, at + 8 * i, 8);
            lanes[i] = (lanes[i] ^ word) * kFactor;
            lanes[i] ^= lanes[i] >> 29;
        }
    }
    std::array<std::uint64_t, 4> rest{};
    if (left > 0) std::memcpy(rest.data(), at, left);
    std::uint64_t sum = mixed(bytes.size());
    for (std::size_t i = 0; i < 4; ++i) sum = mixed((sum ^ lanes[i]) * kFactor ^ rest[i]);
    return sum;
}

std::uint64_t sum_of(const ShardHead& head) { return quick_sum({reinterpret_cast<const char*>(&head), sizeof(head)}); }

Result<ShardHead> check_shard_head(std::string_view bytes, std::uint64_t size, std::string_view file) {
    ShardHead head{};
    if (bytes.size() < sizeof(head))
        return invalid("'{}' is not a packed file: it has {} bytes, its head alone needs {}", file, bytes.size(),
                       sizeof(head));
    std::memcpy(&head, bytes.data(), sizeof(head));
    if (std::string_view(head.mark, 8) != kMark)
        return invalid("'{}' is not a packed file: it does not begin with {}", file, kMark);
    if (head.version != kPackVersion)
        return make_error(Code::kUnsupported,
                          "'{}' is packed in version {}, this build reads version {}; pack it again", file,
                          head.version, kPackVersion);
    const bool fits = head.metadata <= head.table && head.metadata_bytes == head.table - head.metadata &&
                      head.table <= size && head.table_bytes <= size - head.table &&
                      head.table_bytes == head.records * sizeof(ShardRecord) && head.records < size;
    if (!fits)
        return invalid("'{}' is truncated or damaged: its table does not lie within its {} bytes; pack it again", file,
                       size);
    return head;
}

Result<std::vector<ShardRecord>> check_shard_table(const ShardHead& head, std::string_view table,
                                                   std::string_view file) {
    if (table.size() != head.table_bytes || quick_sum(table) != head.table_sum)
        return invalid("'{}' is damaged: the checksum of its table does not match; pack it again", file);
    std::vector<ShardRecord> records(head.records);
    if (!records.empty()) std::memcpy(records.data(), table.data(), table.size());
    std::uint64_t metadata = 0;
    for (const ShardRecord& record : records) {
        metadata += record.metadata;
        const bool fits = record.at <= head.metadata && record.image <= head.metadata &&
                          record.bytes() <= head.metadata - record.at && metadata <= head.metadata_bytes;
        const bool whole = record.rows == 0 || record.image == std::uint64_t{record.width} * record.height * 3;
        if (!fits || !whole) return invalid("'{}' is damaged: a record does not lie within it; pack it again", file);
    }
    return records;
}

Result<ShardWriter> ShardWriter::create(const std::filesystem::path& path) {
    ShardWriter writer;
    writer.path_ = path;
    writer.file_.open(path, std::ios::binary);
    const ShardHead nothing{};
    writer.file_.write(reinterpret_cast<const char*>(&nothing), sizeof(nothing));
    if (!writer.file_) return os_error("write", path.native(), errno);
    return writer;
}

Status ShardWriter::add(const PackedRecord& one) {
    std::string bytes;
    bytes.reserve(one.image.size() + one.index.size() + one.mask.size());
    bytes.append(one.image).append(one.index).append(one.mask);
    metadata_.append(one.metadata);
    records_.push_back({.at = at_,
                        .image = one.image.size(),
                        .index = static_cast<std::uint32_t>(one.index.size()),
                        .mask = static_cast<std::uint32_t>(one.mask.size()),
                        .metadata = static_cast<std::uint32_t>(one.metadata.size()),
                        .width = static_cast<std::uint32_t>(one.width),
                        .height = static_cast<std::uint32_t>(one.height),
                        .rows = one.rows ? 1U : 0U,
                        .sum = quick_sum(bytes)});
    file_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    at_ += bytes.size();
    if (!file_) return os_error("write", path_.native(), errno);
    return {};
}

Result<std::uint64_t> ShardWriter::finish() {
    const std::string_view table(reinterpret_cast<const char*>(records_.data()), records_.size() * sizeof(ShardRecord));
    ShardHead head{.mark = {},
                   .version = kPackVersion,
                   .records = records_.size(),
                   .metadata = at_,
                   .metadata_bytes = metadata_.size(),
                   .metadata_sum = quick_sum(metadata_),
                   .table = at_ + metadata_.size(),
                   .table_bytes = table.size(),
                   .table_sum = quick_sum(table)};
    std::memcpy(head.mark, kMark.data(), kMark.size());
    file_.write(metadata_.data(), static_cast<std::streamsize>(metadata_.size()));
    file_.write(table.data(), static_cast<std::streamsize>(table.size()));
    file_.seekp(0);
    file_.write(reinterpret_cast<const char*>(&head), sizeof(head));
    file_.close();
    if (!file_) return os_error("write", path_.native(), errno);
    return sum_of(head);
}

}  // namespace goetia
