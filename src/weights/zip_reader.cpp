#include "weights/zip_reader.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <zlib.h>

namespace goetia::zip {
namespace {

constexpr std::uint32_t kLocal = 0x04034b50, kCentral = 0x02014b50, kEnd = 0x06054b50, kEnd64 = 0x06064b50,
                        kLocator64 = 0x07064b50;
constexpr std::size_t kEndSize = 22, kLocator64Size = 20, kMaxComment = 65535;
constexpr std::uint16_t kStored = 0, kDeflated = 8, kZip64Extra = 1, kEncrypted = 1;
constexpr std::uint64_t kDeflateRatio = 1032;  // the highest possible compression ratio of deflate

struct Directory {
    std::uint64_t entries = 0, size = 0, offset = 0;
};

template <class T>
T at(std::span<const std::byte> bytes, std::size_t place) {
    return ByteReader(bytes, place).number<T>();
}

std::optional<std::size_t> find_end(std::span<const std::byte> file) {
    if (file.size() < kEndSize) return std::nullopt;
    const std::size_t last = file.size() - kEndSize;
    const std::size_t first = last > kMaxComment ? last - kMaxComment : 0;
    for (std::size_t place = last + 1; place-- > first;) {
        if (at<std::uint32_t>(file, place) == kEnd &&
            place + kEndSize + at<std::uint16_t>(file, place + 20) == file.size())
            return place;
    }
    return std::nullopt;
}

Result<Directory> find_directory(std::span<const std::byte> file) {
    const auto end = find_end(file);
    if (!end) return invalid("it is truncated or damaged: the zip file's directory is missing");
    Directory found{at<std::uint16_t>(file, *end + 10), at<std::uint32_t>(file, *end + 12),
                    at<std::uint32_t>(file, *end + 16)};
    if (*end >= kLocator64Size && at<std::uint32_t>(file, *end - kLocator64Size) == kLocator64) {
        const auto place = at<std::uint64_t>(file, *end - kLocator64Size + 8);
        ByteReader end64(file, std::min<std::uint64_t>(place, file.size()));
        if (end64.number<std::uint32_t>() != kEnd64)
            return invalid("it is damaged: the zip file's zip64 directory is not where it should be");
        end64.take(28);
        found.entries = end64.number<std::uint64_t>();
        found.size = end64.number<std::uint64_t>();
        found.offset = end64.number<std::uint64_t>();
        if (!end64.ok()) return invalid("it is damaged: the zip file's zip64 directory is truncated");
    }
    if (found.offset > file.size() || found.size > file.size() - found.offset)
        return invalid("it is damaged: the zip file's directory lies outside the file");
    return found;
}

// Reads the 64-bit values from the extra field, which holds those that did not fit, in this order.
bool widen(Entry& entry, std::span<const std::byte> extra) {
    ByteReader fields(extra);
    const bool wants = entry.size == kIn64 || entry.packed == kIn64 || entry.header == kIn64;
    while (wants && fields.left() >= 4) {
        const auto id = fields.number<std::uint16_t>();
        ByteReader field(fields.take(fields.number<std::uint16_t>()));
        if (id != kZip64Extra) continue;
        for (std::uint64_t* number : {&entry.size, &entry.packed, &entry.header}) {
            if (*number == kIn64) *number = field.number<std::uint64_t>();
        }
        return field.ok() && fields.ok();
    }
    return !wants;
}

Status read_entry(ByteReader& directory, std::map<std::string, Entry>& entries) {
    const auto signature = directory.number<std::uint32_t>();
    directory.take(4);
    const auto flags = directory.number<std::uint16_t>();
    Entry entry;
    entry.method = directory.number<std::uint16_t>();
    directory.take(4);
    entry.crc = directory.number<std::uint32_t>();
    entry.packed = directory.number<std::uint32_t>();
    entry.size = directory.number<std::uint32_t>();
    const auto name_size = directory.number<std::uint16_t>();
    const auto extra_size = directory.number<std::uint16_t>();
    const auto comment_size = directory.number<std::uint16_t>();
    directory.take(8);
    entry.header = directory.number<std::uint32_t>();
    std::string name(directory.text(name_size));
    const auto extra = directory.take(extra_size);
    directory.take(comment_size);
    if (!directory.ok() || signature != kCentral || !widen(entry, extra))
        return invalid("it is damaged: the zip file's directory is malformed");
    if ((flags & kEncrypted) != 0) return make_error(Code::kUnsupported, "its entry '{}' is encrypted", name);
    if (entry.method != kStored && entry.method != kDeflated) {
        return make_error(Code::kUnsupported,
                          "its entry '{}' is compressed by method {}; allowed: 0 (stored) and 8 (deflated)", name,
                          entry.method);
    }
    const auto [place, is_new] = entries.emplace(std::move(name), entry);
    if (!is_new) return invalid("it is damaged: it has the entry '{}' twice", place->first);
    return {};
}

Result<OwnedBytes> inflate_entry(const std::string& name, const Entry& entry, std::span<const std::byte> packed) {
    const Error damaged = invalid("it is damaged: entry '{}' cannot be decompressed", name);
    if (entry.size / kDeflateRatio > packed.size()) return damaged;
    if (std::max<std::uint64_t>(packed.size(), entry.size) > std::numeric_limits<uInt>::max()) {
        return make_error(Code::kUnsupported,
                          "its entry '{}' is deflated and larger than 4 GiB; only stored entries may be", name);
    }
    auto memory = aligned_memory(entry.size);
    z_stream stream{};
    if (::inflateInit2(&stream, -MAX_WBITS) != Z_OK) return failed("zlib cannot be initialised");
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(memory.get());
    stream.avail_out = static_cast<uInt>(entry.size);
    const int ended = ::inflate(&stream, Z_FINISH);
    ::inflateEnd(&stream);
    if (ended != Z_STREAM_END || stream.avail_out != 0) return damaged;
    const std::span<const std::byte> bytes(memory.get(), entry.size);
    return OwnedBytes{std::move(memory), bytes};
}

}  // namespace

Result<Reader> Reader::open(OwnedBytes file) {
    Reader reader;
    reader.file_ = std::move(file);
    GOETIA_ASSIGN(const Directory directory, find_directory(reader.file_.bytes));
    ByteReader bytes(reader.file_.bytes.subspan(directory.offset, directory.size));
    for (std::uint64_t i = 0; i < directory.entries; ++i) GOETIA_TRY(read_entry(bytes, reader.entries_));
    return reader;
}

const Entry* Reader::find(const std::string& name) const {
    const auto found = entries_.find(name);
    return found == entries_.end() ? nullptr : &found->second;
}

Result<OwnedBytes> Reader::read(const std::string& name) const {
    const Entry* entry = find(name);
    if (entry == nullptr) return invalid("it has no entry '{}'", name);
    ByteReader header(file_.bytes, std::min<std::uint64_t>(entry->header, file_.bytes.size()));
    const auto signature = header.number<std::uint32_t>();
    header.take(kLocalSize - 8);
    const auto name_size = header.number<std::uint16_t>();
    const auto extra_size = header.number<std::uint16_t>();
    const std::string_view own_name = header.text(name_size);
    header.take(extra_size);
    const auto packed = header.take(entry->packed);
    if (!header.ok() || signature != kLocal || own_name != name)
        return invalid("it is damaged: entry '{}' is not where it should be", name);
    OwnedBytes found{file_.memory, packed};
    if (entry->method == kDeflated) {
        GOETIA_ASSIGN(found, inflate_entry(name, *entry, packed));
    } else if (entry->packed != entry->size) {
        return invalid("it is damaged: entry '{}' has two sizes, {} and {}", name, entry->packed, entry->size);
    }
    const auto crc = ::crc32_z(0, reinterpret_cast<const Bytef*>(found.bytes.data()), found.bytes.size());
    if (entry->crc != 0 && crc != entry->crc) return invalid("it is damaged: entry '{}' fails its checksum", name);
    return found;
}

}  // namespace goetia::zip
