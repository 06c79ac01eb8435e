// The bits of a JPEG file's entropy-coded pixels, and the numbers coded in them.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "imaging/decode/jpeg_header.h"

namespace goetia {

// Where reading can be taken up again: a place in the file's bytes, and how many bits of the byte there are used.
struct BitPlace {
    std::uint32_t byte = 0;
    std::uint32_t bits = 0;
};

class JpegBits {
  public:
    JpegBits(const std::uint8_t* begin, const std::uint8_t* end) : begin_(begin), at_(begin), end_(end) {}

    // At least 56 bits are there, zeros beyond the end (or a marker): two codes with their numbers. Filling up whenever
    // two were read costs less than asking whether it is needed.
    [[gnu::always_inline]] void fill() {
        if (end_ - at_ >= 8) [[likely]] {
            std::uint64_t next;
            std::memcpy(&next, at_, 8);
            if constexpr (std::endian::native == std::endian::little) next = __builtin_bswap64(next);
            // No byte of it is 0xFF, which would have to be looked at.
            if (((~next - 0x0101010101010101ULL) & next & 0x8080808080808080ULL) == 0) [[likely]] {
                buffer_ |= next >> count_;
                at_ += (63 - count_) >> 3;
                count_ |= 56;
                return;
            }
        }
        *this = filled_slowly(*this);  // by value: the quick way's state stays in registers
    }
    [[nodiscard]] std::uint64_t window() const { return buffer_; }  // the next bit is the highest
    void skip(unsigned bits) {
        buffer_ <<= bits;
        count_ -= static_cast<int>(bits);
    }
    // More was read than the file holds.
    [[nodiscard]] bool beyond() const { return count_ < missing_; }

    [[nodiscard]] BitPlace place() const {
        const std::uint8_t* at = at_;
        const int left = count_ - missing_;
        const int bytes = (left + 7) / 8;
        for (int i = 0; i < bytes; ++i) at -= at - begin_ >= 2 && at[-1] == 0 && at[-2] == 0xFF ? 2 : 1;
        return {static_cast<std::uint32_t>(at - begin_), static_cast<std::uint32_t>(bytes * 8 - left)};
    }
    void go_to(BitPlace place) {
        at_ = begin_ + place.byte;
        buffer_ = 0;
        count_ = missing_ = 0;
        fill();
        skip(place.bits);
    }

    // Behind the restart marker that must stand here.
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
        const BitPlace here = place();
        if (here.bits == 0) return here.byte;
        return here.byte + (begin_[here.byte] == 0xFF ? 2U : 1U);  // the rest of a begun byte is padding
    }

    static JpegBits filled_slowly(JpegBits bits);

    const std::uint8_t *begin_, *at_, *end_;
    std::uint64_t buffer_ = 0;
    int count_ = 0;    // bits of the buffer
    int missing_ = 0;  // of them, the last so many are made up
};

// The entry of the next code, long ones as well; its length is 0 when there is no such code.
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

// The number behind a code: `size` bits, of which the first says its sign. size > 0.
inline int number_of(std::uint64_t window, const HuffmanTable::Entry& entry) {
    const std::uint64_t bits = window << entry.length;
    const int value = static_cast<int>(bits >> (64 - entry.size));
    // A first bit of 0 means that 2^size - 1 is to be taken away.
    const int negative = static_cast<int>(~static_cast<std::int64_t>(bits) >> 63);
    return value + (negative & (1 - (1 << entry.size)));
}

}  // namespace goetia
