#include "weights/zip_writer.h"

#include <algorithm>
#include <zlib.h>

#include "weights/file_bytes.h"
#include "weights/zip_reader.h"

namespace goetia::zip {
namespace {

constexpr std::size_t kChunk = 1 << 20;
constexpr std::uint16_t kVersion = 20, kVersion64 = 45;
constexpr std::uint16_t kSizesFollow = 1 << 3, kUtf8 = 1 << 11, kFlags = kSizesFollow | kUtf8;

template <class T>
void put(std::string& to, T number) {
    to.append(reinterpret_cast<const char*>(&number), sizeof number);
}

// An extra field of `size` bytes of padding, in the form PyTorch writes.
std::string padding(std::size_t size) {
    std::string field = "FB";
    put<std::uint16_t>(field, static_cast<std::uint16_t>(size - 4));
    field.resize(size, 'Z');
    return field;
}

}  // namespace

Status Writer::add(const std::string& name, std::string_view payload) {
    return add(name, std::as_bytes(std::span(payload.data(), payload.size())));
}

Status Writer::add(const std::string& name, std::span<const std::byte> payload) {
    const bool large = is_large(payload.size());
    std::string extra;
    if (large) {
        put<std::uint16_t>(extra, 1), put<std::uint16_t>(extra, 16);
        put<std::uint64_t>(extra, 0), put<std::uint64_t>(extra, 0);
    }
    const std::size_t start = sink_->written() + kLocalSize + name.size() + extra.size() + 4;
    extra += padding(4 + (kStorageAlignment - start % kStorageAlignment) % kStorageAlignment);

    Written entry{name, 0, payload.size(), sink_->written()};
    std::string header;
    put<std::uint32_t>(header, 0x04034b50);
    put<std::uint16_t>(header, large ? kVersion64 : kVersion), put<std::uint16_t>(header, kFlags);
    put<std::uint16_t>(header, 0), put<std::uint32_t>(header, 0);  // stored; no time
    put<std::uint32_t>(header, 0), put<std::uint32_t>(header, large ? kIn64 : 0),
        put<std::uint32_t>(header, large ? kIn64 : 0);
    put<std::uint16_t>(header, static_cast<std::uint16_t>(name.size())),
        put<std::uint16_t>(header, static_cast<std::uint16_t>(extra.size()));
    GOETIA_TRY(sink_->write(header + name + extra));

    uLong crc = 0;
    for (std::size_t at = 0; at < payload.size();
         at += kChunk) {  // both checksums and the write use a chunk while it is in the cache
        const auto chunk = payload.subspan(at, std::min(kChunk, payload.size() - at));
        crc = ::crc32_z(crc, reinterpret_cast<const Bytef*>(chunk.data()), chunk.size());
        GOETIA_TRY(sink_->write(chunk.data(), chunk.size()));
    }
    entry.crc = static_cast<std::uint32_t>(crc);

    std::string trailer;
    put<std::uint32_t>(trailer, 0x08074b50), put<std::uint32_t>(trailer, entry.crc);
    if (large) put<std::uint64_t>(trailer, entry.size), put<std::uint64_t>(trailer, entry.size);
    else
        put<std::uint32_t>(trailer, static_cast<std::uint32_t>(entry.size)),
            put<std::uint32_t>(trailer, static_cast<std::uint32_t>(entry.size));
    entries_.push_back(std::move(entry));
    return sink_->write(trailer);
}

std::string Writer::directory_entry(const Written& entry) const {
    const bool large_size = is_large(entry.size), large_offset = is_large(entry.header);
    const std::uint32_t size = large_size ? kIn64 : static_cast<std::uint32_t>(entry.size);
    std::string extra;
    if (large_size || large_offset) {
        put<std::uint16_t>(extra, 1),
            put<std::uint16_t>(extra, static_cast<std::uint16_t>((large_size ? 16 : 0) + (large_offset ? 8 : 0)));
        if (large_size) put<std::uint64_t>(extra, entry.size), put<std::uint64_t>(extra, entry.size);
        if (large_offset) put<std::uint64_t>(extra, entry.header);
    }
    const std::uint16_t version = extra.empty() ? kVersion : kVersion64;
    std::string record;
    put<std::uint32_t>(record, 0x02014b50);
    put<std::uint16_t>(record, version), put<std::uint16_t>(record, version), put<std::uint16_t>(record, kFlags);
    put<std::uint16_t>(record, 0), put<std::uint32_t>(record, 0);
    put<std::uint32_t>(record, entry.crc), put<std::uint32_t>(record, size), put<std::uint32_t>(record, size);
    put<std::uint16_t>(record, static_cast<std::uint16_t>(entry.name.size())),
        put<std::uint16_t>(record, static_cast<std::uint16_t>(extra.size()));
    put<std::uint16_t>(record, 0), put<std::uint16_t>(record, 0), put<std::uint16_t>(record, 0),
        put<std::uint32_t>(record, 0);
    put<std::uint32_t>(record, large_offset ? kIn64 : static_cast<std::uint32_t>(entry.header));
    return record + entry.name + extra;
}

Status Writer::finish() {
    const std::uint64_t start = sink_->written();
    for (const Written& entry : entries_) GOETIA_TRY(sink_->write(directory_entry(entry)));
    const std::uint64_t end = sink_->written();
    const std::uint64_t count = entries_.size(), size = end - start;
    const bool many = count >= 0xffff, far = is_large(start) || is_large(size);
    std::string tail;
    if (many || far) {
        put<std::uint32_t>(tail, 0x06064b50), put<std::uint64_t>(tail, 44);
        put<std::uint16_t>(tail, kVersion64), put<std::uint16_t>(tail, kVersion64), put<std::uint32_t>(tail, 0),
            put<std::uint32_t>(tail, 0);
        put<std::uint64_t>(tail, count), put<std::uint64_t>(tail, count), put<std::uint64_t>(tail, size),
            put<std::uint64_t>(tail, start);
        put<std::uint32_t>(tail, 0x07064b50), put<std::uint32_t>(tail, 0), put<std::uint64_t>(tail, end),
            put<std::uint32_t>(tail, 1);
    }
    const auto short_count = static_cast<std::uint16_t>(many ? 0xffff : count);
    put<std::uint32_t>(tail, 0x06054b50), put<std::uint16_t>(tail, 0), put<std::uint16_t>(tail, 0);
    put<std::uint16_t>(tail, short_count), put<std::uint16_t>(tail, short_count);
    put<std::uint32_t>(tail, far ? kIn64 : static_cast<std::uint32_t>(size)),
        put<std::uint32_t>(tail, far ? kIn64 : static_cast<std::uint32_t>(start));
    put<std::uint16_t>(tail, 0);
    return sink_->write(tail);
}

}  // namespace goetia::zip
