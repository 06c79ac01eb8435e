#include "datasets/validation/ends_early.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace goetia {
namespace {

using namespace std::string_view_literals;

std::uint64_t number_at(std::string_view bytes, std::size_t place, int size, bool big_endian) {
    std::uint64_t number = 0;
    for (int i = 0; i < size; ++i) {
        const int from = big_endian ? i : size - 1 - i;
        number = number << 8 | static_cast<unsigned char>(bytes[place + static_cast<std::size_t>(from)]);
    }
    return number;
}

// A PNG is a chain of chunks: length, name, data, sum; the last is IEND.
bool png_ends_early(std::string_view bytes) {
    for (std::size_t place = 8; place + 12 <= bytes.size();) {
        if (bytes.substr(place + 4, 4) == "IEND"sv) return false;
        place += 12 + number_at(bytes, place, 4, true);
    }
    return true;
}

// A JPEG is a chain of segments up to its first scan; its end mark comes behind that (thumbnails have one of their
// own).
bool jpeg_ends_early(std::string_view bytes) {
    for (std::size_t place = 2; place + 4 <= bytes.size() && bytes[place] == '\xFF';) {
        if (bytes[place + 1] == '\xDA') return bytes.find("\xFF\xD9"sv, place) == std::string_view::npos;
        const bool filler = bytes[place + 1] == '\xFF';
        place += filler ? 1 : 2 + number_at(bytes, place + 2, 2, true);
        if (place + 4 > bytes.size()) return true;
    }
    return bytes.size() < 6;
}

// A TIFF is a directory of twelve bytes an entry (twenty in BigTIFF), which may stand anywhere, and what its entries
// lead to: long values, and the strips or tiles of which one pair of entries holds the places and the lengths.
class TiffEnd {
  public:
    explicit TiffEnd(std::string_view bytes)
        : bytes_(bytes), big_endian_(bytes[0] == 'M'), wide_(bytes[2] == '+' || bytes[3] == '+') {}

    // Only the first directory: the one that is decoded.
    [[nodiscard]] bool early() const {
        const std::uint64_t head = wide_ ? 8 : 4, count_size = wide_ ? 8 : 2;
        if (!within(head, place_size())) return true;
        const std::uint64_t directory = number(head, place_size());
        if (!within(directory, count_size)) return true;
        const std::uint64_t count = number(directory, count_size);
        if (count > bytes_.size() || !within(directory + count_size, count * entry_size() + place_size())) return true;
        Values places, lengths;
        for (std::uint64_t i = 0; i < count; ++i) {
            const std::uint64_t entry = directory + count_size + i * entry_size();
            const auto values = values_of(entry);
            if (!values) return true;
            const std::uint64_t tag = number(entry, 2);
            if (tag == kStripPlaces || tag == kTilePlaces) places = *values;
            if (tag == kStripLengths || tag == kTileLengths) lengths = *values;
        }
        for (std::uint64_t i = 0; i < std::min(places.count, lengths.count); ++i) {
            if (!within(one_of(places, i), one_of(lengths, i))) return true;
        }
        return false;
    }

  private:
    enum : std::uint64_t { kStripPlaces = 273, kStripLengths = 279, kTilePlaces = 324, kTileLengths = 325 };
    struct Values {
        std::uint64_t at = 0, count = 0, size = 0;  // `size`: of one
    };

    [[nodiscard]] std::uint64_t place_size() const { return wide_ ? 8 : 4; }
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

    // Nothing when they lie beyond the end.
    [[nodiscard]] std::optional<Values> values_of(std::uint64_t entry) const {
        constexpr std::array<std::uint64_t, 19> kSizes{0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};
        const std::uint64_t kind = number(entry + 2, 2);
        if (kind >= kSizes.size() || kSizes[kind] == 0) return Values{};  // a kind of no known size
        Values values{.count = number(entry + 4, place_size()), .size = kSizes[kind]};
        if (values.count > bytes_.size()) return std::nullopt;
        const std::uint64_t all = values.count * values.size, field = entry + 4 + place_size();
        values.at = all <= place_size() ? field : number(field, place_size());
        if (!within(values.at, all)) return std::nullopt;
        return values;
    }

    std::string_view bytes_;
    bool big_endian_, wide_;
};

}  // namespace

bool ends_early(std::string_view bytes) {
    if (bytes.empty()) return true;
    if (bytes.starts_with("\xFF\xD8"sv)) return jpeg_ends_early(bytes);
    if (bytes.starts_with("\x89PNG"sv)) return png_ends_early(bytes);
    if (bytes.starts_with("RIFF"sv)) return bytes.size() < 8 || number_at(bytes, 4, 4, false) + 8 > bytes.size();
    if (bytes.starts_with("BM"sv)) return bytes.size() < 6 || number_at(bytes, 2, 4, false) > bytes.size();
    for (const std::string_view mark : {"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv}) {
        if (bytes.starts_with(mark)) return TiffEnd(bytes).early();
    }
    return false;
}

}  // namespace goetia
