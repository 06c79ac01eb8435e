#include "imaging/decode/jpeg_bits.h"

namespace goetia {

JpegBits JpegBits::filled_slowly(JpegBits bits) {
    // The fast path may have stored bits beyond `count_`; they are read again here and are the same.
    while (bits.count_ < 56) {
        std::uint64_t next = 0;
        if (bits.at_ < bits.end_ && (*bits.at_ != 0xFF || (bits.end_ - bits.at_ >= 2 && bits.at_[1] == 0))) {
            next = *bits.at_;
            bits.at_ += next == 0xFF ? 2 : 1;
        } else {
            bits.missing_ += 8;
        }
        if (bits.missing_ > 0) bits.buffer_ = bits.count_ > 0 ? bits.buffer_ & ~(~0ULL >> bits.count_) : 0;
        bits.buffer_ |= next << (56 - bits.count_);
        bits.count_ += 8;
    }
    return bits;
}

}  // namespace goetia
