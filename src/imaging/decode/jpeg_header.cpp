#include "imaging/decode/jpeg_header.h"

#include <algorithm>

#include "imaging/decode/exif.h"

namespace goetia {
namespace {

// The contents of one marker segment; big-endian integers, 0 beyond the end.
class Segment {
  public:
    explicit Segment(std::string_view bytes) : bytes_(bytes) {}
    [[nodiscard]] int byte(std::size_t at) const {
        return at < bytes_.size() ? static_cast<unsigned char>(bytes_[at]) : 0;
    }
    [[nodiscard]] int word(std::size_t at) const { return byte(at) << 8 | byte(at + 1); }
    [[nodiscard]] std::size_t size() const { return bytes_.size(); }
    [[nodiscard]] const std::uint8_t* at(std::size_t place) const {
        return reinterpret_cast<const std::uint8_t*>(bytes_.data()) + place;
    }
    [[nodiscard]] bool starts_with(std::string_view text) const { return bytes_.starts_with(text); }

  private:
    std::string_view bytes_;
};

bool read_quantisers(const Segment& segment, JpegHeader& header) {
    std::size_t at = 0;
    while (at < segment.size()) {
        const int kind = segment.byte(at++), width = kind >> 4 != 0 ? 2 : 1;
        if ((kind & 15) > 3 || kind >> 4 > 1 || at + 64U * width > segment.size()) return false;
        auto& table = header.quantisers[kind & 15];
        for (auto& value : table) {
            value = static_cast<std::uint16_t>(width == 2 ? segment.word(at) : segment.byte(at));
            at += width;
        }
    }
    return true;
}

// 8-bit images need at most ten bits per value; two larger codes might exceed what fill() provides.
bool has_small_numbers(const HuffmanTable& table, std::size_t symbols) {
    return std::all_of(table.symbols.begin(), table.symbols.begin() + static_cast<std::ptrdiff_t>(symbols),
                       [](std::uint8_t symbol) { return (symbol & 15) <= 10; });
}

bool read_tables(const Segment& segment, JpegHeader& header) {
    std::size_t at = 0;
    while (at < segment.size()) {
        const int kind = segment.byte(at++);
        if ((kind & 15) > 3 || kind >> 4 > 1 || at + 16 > segment.size()) return false;
        HuffmanTable& table = kind >> 4 != 0 ? header.ac[kind & 15] : header.dc[kind & 15];
        std::size_t symbols = 0;
        for (std::size_t i = 0; i < 16; ++i) symbols += segment.byte(at + i);
        if (at + 16 + symbols > segment.size()) return false;
        const bool of_first_numbers = kind >> 4 == 0;
        if (!table.build(segment.at(at), segment.at(at + 16), symbols, of_first_numbers)) return false;
        if (!of_first_numbers && !has_small_numbers(table, symbols)) return false;
        at += 16 + symbols;
    }
    return true;
}

bool read_frame(const Segment& segment, JpegHeader& header) {
    if (header.components != 0 || segment.byte(0) != 8) return false;
    header.height = segment.word(1), header.width = segment.word(3);
    header.components = segment.byte(5);
    if (header.height < 1 || header.width < 1 || (header.components != 1 && header.components != 3)) return false;
    if (segment.size() < 6 + 3U * header.components) return false;
    for (int i = 0; i < header.components; ++i) {
        JpegComponent& component = header.component[i];
        component.id = segment.byte(6 + 3U * i);
        component.across = segment.byte(7 + 3U * i) >> 4, component.down = segment.byte(7 + 3U * i) & 15;
        component.quantiser = segment.byte(8 + 3U * i) & 3;
    }
    auto& first = header.component[0];
    if (header.components == 1) {
        first.across = first.down = 1;  // a single component is never subsampled
        return true;
    }
    const bool known =
        (first.across == 1 && first.down == 1) || (first.across == 2 && first.down <= 2 && first.down >= 1);
    for (int i = 1; i < 3; ++i) {
        if (header.component[i].across != 1 || header.component[i].down != 1) return false;
    }
    // The library upsamples very narrow chroma differently.
    return known && (first.across == 1 || (header.width + 1) / 2 > 2);
}

bool read_scan(const Segment& segment, JpegHeader& header) {
    if (header.components == 0 || segment.byte(0) != header.components) return false;
    if (segment.size() < 4 + 2U * header.components) return false;
    for (int i = 0; i < header.components; ++i) {
        JpegComponent& component = header.component[i];
        if (segment.byte(1 + 2U * i) != component.id) return false;
        const int tables = segment.byte(2 + 2U * i);
        component.dc = tables >> 4, component.ac = tables & 15;
        if (component.dc > 3 || component.ac > 3) return false;
        if (!header.dc[component.dc].defined || !header.ac[component.ac].defined) return false;
        if (header.quantisers[component.quantiser][0] == 0) return false;
    }
    const std::size_t at = 1 + 2U * header.components;
    return segment.byte(at) == 0 && segment.byte(at + 1) == 63 && segment.byte(at + 2) == 0;
}

// How the library distinguishes YCbCr from RGB.
bool is_ycc(const JpegHeader& header, bool jfif, int adobe) {
    if (header.components == 1 || jfif) return true;
    if (adobe >= 0) return adobe == 1;
    const auto& c = header.component;
    return c[0].id == 1 && c[1].id == 2 && c[2].id == 3;
}

}  // namespace

bool HuffmanTable::build(const std::uint8_t* lengths, const std::uint8_t* values, std::size_t size,
                         bool of_first_numbers) {
    if (size > symbols.size()) return false;
    const bool same = made_ && std::equal(counts.begin(), counts.end(), lengths) &&
                      std::equal(values, values + size, symbols.begin());
    if (!same) {
        std::copy(lengths, lengths + counts.size(), counts.begin());
        std::copy(values, values + size, symbols.begin());
        made_ = build_entries();
        if (made_ && !of_first_numbers) build_leaps();
    }
    return defined = made_;
}

bool HuffmanTable::build_entries() {
    entries.fill({});
    std::int32_t code = 0, used = 0;
    for (int length = 1; length <= 16; ++length) {
        offset[length] = used - code;
        for (int i = 0; i < counts[length - 1]; ++i, ++code, ++used) {
            if (code >= 1 << length) return false;
            if (length > kBits) continue;
            const std::uint8_t symbol = symbols[used];
            const Entry entry{static_cast<std::uint8_t>(length), static_cast<std::uint8_t>(length + (symbol & 15)),
                              static_cast<std::uint8_t>(symbol >> 4), static_cast<std::uint8_t>(symbol & 15)};
            std::fill_n(entries.begin() + (code << (kBits - length)), 1 << (kBits - length), entry);
        }
        last_code[length] = counts[length - 1] > 0 ? (code << (16 - length)) - 1 : -1;
        code <<= 1;
    }
    last_code[17] = 0x7FFFFFFF;
    return true;
}

void HuffmanTable::build_leaps() {
    for (std::size_t window = 0; window < leaps.size(); ++window) {
        Leap leap;
        while (!leap.ends) {
            const std::size_t left = (window << leap.bits) & (leaps.size() - 1);
            const Entry& entry = entries[left >> (kLeapBits - kBits)];
            if (entry.length == 0 || leap.bits + entry.total > kLeapBits) break;
            leap.ends = entry.size == 0 && entry.run == 0;
            if (entry.size == 0 && !leap.ends && entry.run != 15) break;  // invalid: handled on its own
            leap.bits = static_cast<std::uint8_t>(leap.bits + entry.total);
            if (!leap.ends) leap.places = static_cast<std::uint8_t>(leap.places + entry.run + 1);
        }
        leaps[window] = leap;
    }
}

bool read_plain_jpeg(std::string_view bytes, JpegHeader& header) {
    using namespace std::string_view_literals;
    if (!bytes.starts_with("\xFF\xD8\xFF"sv) || !bytes.ends_with("\xFF\xD9"sv)) return false;
    header.components = header.restart = 0;
    for (auto& table : header.dc) table.defined = false;
    for (auto& table : header.ac) table.defined = false;
    for (auto& table : header.quantisers) table[0] = 0;
    const Segment file(bytes);
    bool jfif = false;
    int adobe = -1;
    for (std::size_t at = 2; at + 4 <= bytes.size();) {
        if (file.byte(at) != 0xFF) return false;
        const int marker = file.byte(at + 1);
        const std::size_t length = file.word(at + 2);
        if (marker < 0xC0 || marker == 0xFF || length < 2 || at + 2 + length > bytes.size()) return false;
        const Segment segment(bytes.substr(at + 4, length - 2));
        at += 2 + length;
        switch (marker) {
            case 0xDB:
                if (!read_quantisers(segment, header)) return false;
                break;
            case 0xC4:
                if (!read_tables(segment, header)) return false;
                break;
            case 0xC0:
            case 0xC1:
                if (!read_frame(segment, header)) return false;
                break;
            case 0xDD: header.restart = segment.word(0); break;
            case 0xE0: jfif = jfif || segment.starts_with("JFIF\0"sv); break;
            case 0xEE:
                if (segment.starts_with("Adobe"sv) && segment.size() >= 12) adobe = segment.byte(11);
                break;
            case 0xDA:
                header.pixels = at;
                return read_scan(segment, header) && is_ycc(header, jfif, adobe) && jpeg_orientation(bytes) == 1;
            default:
                // Other kinds of frames, hierarchical files and late heights are left to the library.
                if ((marker >= 0xC2 && marker <= 0xCF) || marker == 0xDC || (marker >= 0xD0 && marker <= 0xD9))
                    return false;
        }
    }
    return false;
}

}  // namespace goetia
