// A bit reader for a JPEG file's entropy-coded data, and the decoding of Huffman codes.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "imaging/decode/jpeg_header.h"

namespace goetia {

// A position at which reading can resume: a byte of the file and the number of its bits that are consumed.
struct BitPosition {
    std::uint32_t byte = 0;
    std::uint32_t bits = 0;
};

class JpegBits {
  public:
    JpegBits(const std::uint8_t* begin, const std::uint8_t* end) : begin_(begin), at_(begin), end_(end) {}

    // Ensures at least 56 bits, zeros beyond the end (or a marker): enough for two codes with their values. Refilling
    // after every two is cheaper than testing whether it is needed.
    [[gnu::always_inline]] void fill() {
        if (end_ - at_ >= 8) [[likely]] {
            std::uint64_t next;
            std::memcpy(&next, at_, 8);
            if constexpr (std::endian::native == std::endian::little) next = __builtin_bswap64(next);
            // No byte is 0xFF, which would need special handling.
            if (((~next - 0x0101010101010101ULL) & next & 0x8080808080808080ULL) == 0) [[likely]] {
                buffer_ |= next >> count_;
                at_ += (63 - count_) >> 3;
                count_ |= 56;
                return;
            }
        }
        *this = filled_slowly(*this);  // by value, so that the fast path's state stays in registers
    }
    [[nodiscard]] std::uint64_t window() const { return buffer_; }  // the next bit is the highest
    void skip(unsigned bits) {
        buffer_ <<= bits;
        count_ -= static_cast<int>(bits);
    }
    // Whether more was read than the file holds.
    [[nodiscard]] bool beyond() const { return count_ < missing_; }

    [[nodiscard]] BitPosition place() const {
        const std::uint8_t* at = at_;
        const int left = count_ - missing_;
        const int bytes = (left + 7) / 8;
        for (int i = 0; i < bytes; ++i) at -= at - begin_ >= 2 && at[-1] == 0 && at[-2] == 0xFF ? 2 : 1;
        return {static_cast<std::uint32_t>(at - begin_), static_cast<std::uint32_t>(bytes * 8 - left)};
    }
    void go_to(BitPosition place) {
        at_ = begin_ + place.byte;
        buffer_ = 0;
        count_ = missing_ = 0;
        fill();
        skip(place.bits);
    }

    // Continues after the restart marker that must follow here; false when there is none.
    bool restart() {
        if (beyond()) return false;
        at_ = begin_ + place_of_next_byte();
        buffer_ = 0;
        count_ = missing_ = 0;
        if (end_ - at_ < 2 || at_[0] != 0xFF || at_[1] < 0xD0 || at_[1] > 0xD7) return false;
        at_ += 2;
        return true;
    }

  private:
    [[nodiscard]] std::size_t place_of_next_byte() const {
        const BitPosition here = place();
        if (here.bits == 0) return here.byte;
        return here.byte + (begin_[here.byte] == 0xFF ? 2U : 1U);  // the rest of a partly read byte is padding
    }

    static JpegBits filled_slowly(JpegBits bits);

    const std::uint8_t *begin_, *at_, *end_;
    std::uint64_t buffer_ = 0;
    int count_ = 0;    // bits of the buffer
    int missing_ = 0;  // how many of them, at the end, are beyond the file
};

// The entry of the next code, of any length; length 0 when it is invalid.
[[gnu::noinline]] inline HuffmanTable::Entry long_code(const HuffmanTable& table, std::uint64_t window) {
    const auto bits = static_cast<std::int32_t>(window >> 48);
    for (int length = HuffmanTable::kBits + 1; length <= 16; ++length) {
        if (bits > table.last_code[length]) continue;
        const std::uint8_t symbol = table.symbols[((bits >> (16 - length)) + table.offset[length]) & 255];
        return {static_cast<std::uint8_t>(length), static_cast<std::uint8_t>(length + (symbol & 15)),
                static_cast<std::uint8_t>(symbol >> 4), static_cast<std::uint8_t>(symbol & 15)};
    }
    return {};
}

[[gnu::always_inline]] inline HuffmanTable::Entry next_code(const HuffmanTable& table, std::uint64_t window) {
    HuffmanTable::Entry entry = table.entries[window >> (64 - HuffmanTable::kBits)];
    if (entry.length == 0) [[unlikely]]
        entry = long_code(table, window);
    return entry;
}

// The value after a code: `size` bits, the first of which gives the sign. size > 0.
inline int number_of(std::uint64_t window, const HuffmanTable::Entry& entry) {
    const std::uint64_t bits = window << entry.length;
    const int value = static_cast<int>(bits >> (64 - entry.size));
    // A first bit of 0 means that 2^size - 1 must be subtracted.
    const int negative = static_cast<int>(~static_cast<std::int64_t>(bits) >> 63);
    return value + (negative & (1 - (1 << entry.size)));
}

}  // namespace goetia
