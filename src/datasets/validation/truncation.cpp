#include "datasets/validation/truncation.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace goetia {
namespace {

using namespace std::string_view_literals;

std::uint64_t number_at(std::string_view bytes, std::size_t offset, int size, bool big_endian) {
    std::uint64_t number = 0;
    for (int i = 0; i < size; ++i) {
        const int from = big_endian ? i : size - 1 - i;
        number = number << 8 | static_cast<unsigned char>(bytes[offset + static_cast<std::size_t>(from)]);
    }
    return number;
}

// A PNG is a sequence of chunks: length, type, data, checksum; the last one is IEND.
bool png_is_truncated(std::string_view bytes) {
    for (std::size_t offset = 8; offset + 12 <= bytes.size();) {
        if (bytes.substr(offset + 4, 4) == "IEND"sv) return false;
        offset += 12 + number_at(bytes, offset, 4, true);
    }
    return true;
}

// A JPEG is a sequence of segments up to its first scan; its end marker comes after that (thumbnails have their own).
bool jpeg_is_truncated(std::string_view bytes) {
    for (std::size_t offset = 2; offset + 4 <= bytes.size() && bytes[offset] == '\xFF';) {
        if (bytes[offset + 1] == '\xDA') return bytes.find("\xFF\xD9"sv, offset) == std::string_view::npos;
        const bool filler = bytes[offset + 1] == '\xFF';
        offset += filler ? 1 : 2 + number_at(bytes, offset + 2, 2, true);
        if (offset + 4 > bytes.size()) return true;
    }
    return bytes.size() < 6;
}

// A TIFF has a directory of entries of twelve bytes (twenty in BigTIFF), anywhere in the file, and the data that
// entries refer to: long values, and strips or tiles, whose offsets and byte counts are given by a pair of entries.
class TiffFile {
  public:
    explicit TiffFile(std::string_view bytes)
        : bytes_(bytes), big_endian_(bytes[0] == 'M'), wide_(bytes[2] == '+' || bytes[3] == '+') {}

    // Checks only the first directory, the one that is decoded.
    [[nodiscard]] bool is_truncated() const {
        const std::uint64_t header = wide_ ? 8 : 4, count_size = wide_ ? 8 : 2;
        if (!within(header, offset_size())) return true;
        const std::uint64_t directory = number(header, offset_size());
        if (!within(directory, count_size)) return true;
        const std::uint64_t count = number(directory, count_size);
        if (count > bytes_.size() || !within(directory + count_size, count * entry_size() + offset_size())) return true;
        Values offsets, sizes;
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::uint64_t entry = directory + count_size + i * entry_size();
            const auto values = values_of(entry);
            if (!values) return true;
            const std::uint64_t tag = number(entry, 2);
            if (tag == kStripOffsets || tag == kTileOffsets) offsets = *values;
            if (tag == kStripByteCounts || tag == kTileByteCounts) sizes = *values;
        }
        for (std::uint64_t i = 0; i < std::min(offsets.count, sizes.count); ++i) {
            if (!within(one_of(offsets, i), one_of(sizes, i))) return true;
        }
        return false;
    }

  private:
    enum : std::uint64_t { kStripOffsets = 273, kStripByteCounts = 279, kTileOffsets = 324, kTileByteCounts = 325 };
    struct Values {
        std::uint64_t at = 0, count = 0, size = 0;  // `size` of each
    };

    [[nodiscard]] std::uint64_t offset_size() const { return wide_ ? 8 : 4; }
    [[nodiscard]] std::uint64_t entry_size() const { return wide_ ? 20 : 12; }
    [[nodiscard]] bool within(std::uint64_t at, std::uint64_t size) const {
        return at <= bytes_.size() && size <= bytes_.size() - at;
    }
    [[nodiscard]] std::uint64_t number(std::uint64_t at, std::uint64_t size) const {
        return number_at(bytes_, at, static_cast<int>(size), big_endian_);
    }
    [[nodiscard]] std::uint64_t one_of(const Values& values, std::uint64_t i) const {
        return number(values.at + i * values.size, values.size);
    }

    // Nothing if they are beyond the end of the file.
    [[nodiscard]] std::optional<Values> values_of(std::uint64_t entry) const {
        constexpr std::array<std::uint64_t, 19> kSizes{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};
        const std::uint64_t kind = number(entry + 2, 2);
        if (kind >= kSizes.size() || kSizes[kind] == 0) return Values{};  // a type of unknown size
        Values values{.count = number(entry + 4, offset_size()), .size = kSizes[kind]};
        if (values.count > bytes_.size()) return std::nullopt;
        const std::uint64_t all = values.count * values.size, field = entry + 4 + offset_size();
        values.at = all <= offset_size() ? field : number(field, offset_size());
        if (!within(values.at, all)) return std::nullopt;
        return values;
    }

    std::string_view bytes_;
    bool big_endian_, wide_;
};

}  // namespace

bool is_truncated(std::string_view bytes) {
    if (bytes.empty()) return true;
    if (bytes.starts_with("\xFF\xD8"sv)) return jpeg_is_truncated(bytes);
    if (bytes.starts_with("\x89PNG"sv)) return png_is_truncated(bytes);
    if (bytes.starts_with("RIFF"sv)) return bytes.size() < 8 || number_at(bytes, 4, 4, false) + 8 > bytes.size();
    if (bytes.starts_with("BM"sv)) return bytes.size() < 6 || number_at(bytes, 2, 4, false) > bytes.size();
    for (const std::string_view mark : {"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv}) {
        if (bytes.starts_with(mark)) return TiffFile(bytes).is_truncated();
    }
    return false;
}

}  // namespace goetia
