#include "apps/goetia/text_width.h"

#include <array>
#include <cstdint>

namespace goetia::cli {
namespace {

struct Range {
    std::uint32_t first, last;
};

// Unicode's East Asian "wide" and "fullwidth" characters, in whole blocks.
constexpr std::array<Range, 13> kWide{{{0x1100, 0x115F},
                                       {0x2E80, 0x303E},
                                       {0x3041, 0x33FF},
                                       {0x3400, 0x4DBF},
                                       {0x4E00, 0x9FFF},
                                       {0xA000, 0xA4CF},
                                       {0xAC00, 0xD7A3},
                                       {0xF900, 0xFAFF},
                                       {0xFE30, 0xFE6F},
                                       {0xFF00, 0xFF60},
                                       {0xFFE0, 0xFFE6},
                                       {0x1F300, 0x1FAFF},
                                       {0x20000, 0x3FFFD}}};
constexpr std::array<Range, 4> kNone{{{0x0300, 0x036F}, {0x200B, 0x200F}, {0xFE00, 0xFE0F}, {0x20D0, 0x20FF}}};

template <std::size_t N>
bool within(const std::array<Range, N>& ranges, std::uint32_t letter) {
    for (const Range& range : ranges) {
        if (letter >= range.first && letter <= range.last) return true;
    }
    return false;
}

struct Unit {
    std::size_t bytes;
    int columns;
};

// The character or escape sequence at the beginning of `text`.
Unit first_unit(std::string_view text) {
    const auto byte = static_cast<unsigned char>(text[0]);
    if (byte == 0x1B) {
        const std::size_t end = text.find('m');
        return {end == std::string_view::npos ? text.size() : end + 1, 0};
    }
    if (byte < 0x80) return {1, byte < 0x20 ? 0 : 1};
    const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
    if (length == 1 || length > text.size()) return {1, 1};  // not UTF-8: counts as one column
    std::uint32_t letter = byte & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) letter = (letter << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
    return {length, within(kNone, letter) ? 0 : within(kWide, letter) ? 2 : 1};
}

}  // namespace

int display_width(std::string_view text) {
    int columns = 0;
    while (!text.empty()) {
        const Unit unit = first_unit(text);
        columns += unit.columns;
        text.remove_prefix(unit.bytes);
    }
    return columns;
}

std::string fitted(std::string_view text, int width) {
    std::string kept;
    bool painted = false;
    while (!text.empty()) {
        const Unit unit = first_unit(text);
        if (unit.columns > width) break;
        width -= unit.columns;
        if (text[0] == 0x1B) painted = text.substr(0, unit.bytes) != "\x1b[0m";
        kept += text.substr(0, unit.bytes);
        text.remove_prefix(unit.bytes);
    }
    return painted ? kept + "\x1b[0m" : kept;
}

}  // namespace goetia::cli
