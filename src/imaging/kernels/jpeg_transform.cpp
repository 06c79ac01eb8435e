#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "imaging/kernels/jpeg_transform.cpp"
#include <hwy/foreach_target.h>
// Included again for each instruction set.
#include <hwy/highway.h>

#include <algorithm>
#include <cstring>

#include "imaging/kernels/jpeg_transform.h"

HWY_BEFORE_NAMESPACE();
namespace goetia::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// The inverse DCT of Loeffler, Ligtenberg and Moschytz, in 13-bit fixed point, columns first. A vector holds a
// row of one block, or of two side by side; two products and their sum are one instruction.

constexpr int kFraction = 13, kBetween = 2;  // of the constants; kept between the two passes

#if HWY_TARGET == HWY_SCALAR

// One column at a time.
constexpr std::size_t kBlocks = 1;
using ShortVector = std::int16_t;
using Sums = std::uint32_t;  // wraps as the vectors do

ShortVector plus(ShortVector x, ShortVector y) { return static_cast<ShortVector>(x + y); }
ShortVector minus(ShortVector x, ShortVector y) { return static_cast<ShortVector>(x - y); }

struct Pairs {
    ShortVector x, y;
    Pairs(ShortVector x_, ShortVector y_) : x(x_), y(y_) {}
    [[nodiscard]] Sums times(int first, int second) const {
        return static_cast<Sums>(x * first) + static_cast<Sums>(y * second);
    }
};

Sums scaled_up(ShortVector v) { return static_cast<Sums>(v * (1 << kFraction)); }

template <int kDown>
ShortVector rounded(Sums sums) {
    const auto sum = static_cast<std::int32_t>(sums + (1U << (kDown - 1)));
    return static_cast<ShortVector>(std::clamp(sum >> kDown, -32768, 32767));
}

#else

using Shorts = hn::CappedTag<std::int16_t, 16>;
using Words = hn::RepartitionToWide<Shorts>;
using ShortVector = hn::Vec<Shorts>;
using WordVector = hn::Vec<Words>;
constexpr std::size_t kBlocks = hn::MaxLanes(Shorts()) / 8;

struct Sums {  // of columns 0 to 3 of each block, and of columns 4 to 7
    WordVector lower, upper;
};

// x * first + y * second of neighbours x, y.
HWY_INLINE WordVector sums_of_products(ShortVector pairs, std::int16_t first, std::int16_t second) {
    const Words d;
#if HWY_ARCH_X86
    const auto both = static_cast<std::uint32_t>(static_cast<std::uint16_t>(first)) |
                      static_cast<std::uint32_t>(static_cast<std::uint16_t>(second)) << 16;
    WordVector unused = hn::Zero(d);
    return hn::ReorderWidenMulAccumulate(d, pairs, hn::BitCast(Shorts(), hn::Set(d, static_cast<std::int32_t>(both))),
                                         hn::Zero(d), unused);
#else
    const WordVector words = hn::BitCast(d, pairs);
    const WordVector x = hn::ShiftRight<16>(hn::ShiftLeft<16>(words)), y = hn::ShiftRight<16>(words);
    return hn::Add(hn::Mul(x, hn::Set(d, first)), hn::Mul(y, hn::Set(d, second)));
#endif
}

struct Pairs {
    ShortVector lower, upper;
    Pairs(ShortVector x, ShortVector y)
        : lower(hn::InterleaveLower(Shorts(), x, y)), upper(hn::InterleaveUpper(Shorts(), x, y)) {}
    [[nodiscard]] HWY_INLINE Sums times(std::int16_t first, std::int16_t second) const {
        return {sums_of_products(lower, first, second), sums_of_products(upper, first, second)};
    }
};

HWY_INLINE ShortVector plus(ShortVector x, ShortVector y) { return hn::Add(x, y); }
HWY_INLINE ShortVector minus(ShortVector x, ShortVector y) { return hn::Sub(x, y); }

HWY_INLINE Sums scaled_up(ShortVector v) {
    const Pairs high(hn::Zero(Shorts()), v);
    return {hn::ShiftRight<16 - kFraction>(hn::BitCast(Words(), high.lower)),
            hn::ShiftRight<16 - kFraction>(hn::BitCast(Words(), high.upper))};
}

HWY_INLINE Sums operator+(const Sums& a, const Sums& b) {
    return {hn::Add(a.lower, b.lower), hn::Add(a.upper, b.upper)};
}
HWY_INLINE Sums operator-(const Sums& a, const Sums& b) {
    return {hn::Sub(a.lower, b.lower), hn::Sub(a.upper, b.upper)};
}

template <int kDown>
HWY_INLINE ShortVector rounded(const Sums& sums) {
    const auto half = hn::Set(Words(), 1 << (kDown - 1));
    return hn::ReorderDemote2To(Shorts(), hn::ShiftRight<kDown>(hn::Add(sums.lower, half)),
                                hn::ShiftRight<kDown>(hn::Add(sums.upper, half)));
}

#endif

// One pass over eight rows, in place; drops `kDown` bits. Sums of two inputs wrap at 16 bits, as libjpeg-turbo's do.
template <int kDown>
HWY_INLINE void pass_to_8(ShortVector (&v)[8]) {
    const Pairs even(v[2], v[6]);
    const Sums t2 = even.times(4433, 4433 - 15137), t3 = even.times(4433 + 6270, 4433);
    const Sums t0 = scaled_up(plus(v[0], v[4])), t1 = scaled_up(minus(v[0], v[4]));
    const Sums a0 = t0 + t3, a3 = t0 - t3, a1 = t1 + t2, a2 = t1 - t2;

    const Pairs cross(plus(v[7], v[3]), plus(v[5], v[1])), outer(v[7], v[1]), inner(v[5], v[3]);
    const Sums z3 = cross.times(9633 - 16069, 9633), z4 = cross.times(9633, 9633 - 3196);
    const Sums b0 = outer.times(2446 - 7373, -7373) + z3, b3 = outer.times(-7373, 12299 - 7373) + z4;
    const Sums b1 = inner.times(16819 - 20995, -20995) + z4, b2 = inner.times(-20995, 25172 - 20995) + z3;
    v[0] = rounded<kDown>(a0 + b3), v[7] = rounded<kDown>(a0 - b3);
    v[1] = rounded<kDown>(a1 + b2), v[6] = rounded<kDown>(a1 - b2);
    v[2] = rounded<kDown>(a2 + b1), v[5] = rounded<kDown>(a2 - b1);
    v[3] = rounded<kDown>(a3 + b0), v[4] = rounded<kDown>(a3 - b0);
}

// To half as many, each the mean of two: the fourth cosine cancels out in every pair.
template <int kDown>
HWY_INLINE void pass_to_4(ShortVector (&v)[8]) {
    const Sums once = scaled_up(v[0]), first = once + once, even = Pairs(v[2], v[6]).times(15137, -6270);
    const Sums a0 = first + even, a1 = first - even;
    const Pairs steep(v[7], v[5]), flat(v[3], v[1]);
    const Sums b0 = steep.times(-4176, -4926) + flat.times(7373, 20995);
    const Sums b1 = steep.times(-1730, 11893) + flat.times(-17799, 8697);
    v[0] = rounded<kDown + 1>(a0 + b0), v[3] = rounded<kDown + 1>(a0 - b0);
    v[1] = rounded<kDown + 1>(a1 + b1), v[2] = rounded<kDown + 1>(a1 - b1);
}

// To a quarter: of the even cosines only the first remains.
template <int kDown>
HWY_INLINE void pass_to_2(ShortVector (&v)[8]) {
    const Sums once = scaled_up(v[0]), twice = once + once, first = twice + twice;
    const Sums odd = Pairs(v[7], v[5]).times(-5906, 6967) + Pairs(v[3], v[1]).times(-10426, 29692);
    v[0] = rounded<kDown + 2>(first + odd), v[1] = rounded<kDown + 2>(first - odd);
}

// To `kEdge` rows, the first ones.
template <int kEdge, int kDown>
HWY_INLINE void pass(ShortVector (&v)[8]) {
    if constexpr (kEdge == 8) pass_to_8<kDown>(v);
    if constexpr (kEdge == 4) pass_to_4<kDown>(v);
    if constexpr (kEdge == 2) pass_to_2<kDown>(v);
}

#if HWY_TARGET == HWY_SCALAR

template <int kEdge>
void transform(const JpegBlock* const (&blocks)[kBlocks]) {
    const JpegBlock& block = *blocks[0];
    ShortVector columns[8][8], row[8];
    for (int x = 0; x < 8; ++x) {
        for (int y = 0; y < 8; ++y) columns[x][y] = block.frequencies[8 * y + x];
        pass<kEdge, kFraction - kBetween>(columns[x]);
    }
    for (int y = 0; y < kEdge; ++y) {
        for (int x = 0; x < 8; ++x) row[x] = columns[x][y];
        pass<kEdge, kFraction + kBetween + 3>(row);
        for (int x = 0; x < kEdge; ++x)
            block.to[block.row * y + x] = static_cast<std::uint8_t>(std::clamp(row[x] + 128, 0, 255));
    }
}

#else

// Interleaving the halves three times transposes each block.
HWY_INLINE void turn(ShortVector (&v)[8]) {
    for (int round = 0; round < 3; ++round) {
        const Pairs p0(v[0], v[4]), p1(v[1], v[5]), p2(v[2], v[6]), p3(v[3], v[7]);
        v[0] = p0.lower, v[1] = p0.upper, v[2] = p1.lower, v[3] = p1.upper;
        v[4] = p2.lower, v[5] = p2.upper, v[6] = p3.lower, v[7] = p3.upper;
    }
}

template <int kEdge>
HWY_INLINE void transform(const JpegBlock* const (&blocks)[kBlocks]) {
    const Shorts d;
    ShortVector v[8];
    for (std::size_t i = 0; i < 8; ++i) {
        if constexpr (kBlocks == 1) {
            v[i] = hn::LoadU(d, blocks[0]->frequencies + 8 * i);
        } else {
            const hn::Half<Shorts> one;
            v[i] = hn::Combine(d, hn::LoadU(one, blocks[1]->frequencies + 8 * i),
                               hn::LoadU(one, blocks[0]->frequencies + 8 * i));
        }
    }
    pass<kEdge, kFraction - kBetween>(v);
    turn(v);
    pass<kEdge, kFraction + kBetween + 3>(v);
    turn(v);
    const hn::Rebind<std::uint8_t, Shorts> bytes;
    HWY_ALIGN std::uint8_t row[8 * kBlocks];
    for (std::size_t i = 0; i < kEdge; ++i) {
        hn::Store(hn::DemoteTo(bytes, hn::SaturatedAdd(v[i], hn::Set(d, 128))), bytes, row);
        for (std::size_t block = 0; block < kBlocks; ++block)
            std::memcpy(blocks[block]->to + blocks[block]->row * i, row + 8 * block, kEdge);
    }
}

#endif

// Blocks of one size, as many at a time as fit a vector.
template <int kEdge>
class Together {
  public:
    HWY_INLINE void add(const JpegBlock& block) {
        blocks_[count_++] = &block;
        if (count_ == kBlocks) make();
    }
    HWY_INLINE void end() {
        if (count_ == 0) return;
        while (count_ < kBlocks) blocks_[count_++] = blocks_[0];  // a single last block is computed twice
        make();
    }

  private:
    HWY_INLINE void make() {
        transform<kEdge>(blocks_);
        count_ = 0;
    }
    const JpegBlock* blocks_[kBlocks]{};
    std::size_t count_ = 0;
};

void inverse_transform_here(std::span<const JpegBlock> blocks) {
    Together<8> whole;
    Together<4> half;
    Together<2> quarter;
    for (const JpegBlock& block : blocks) {
        const int edge = block.edge;
        if (block.even) {
            const int level = std::clamp(((block.frequencies[0] + 4) >> 3) + 128, 0, 255);
            for (int y = 0; y < edge; ++y) std::memset(block.to + block.row * y, level, static_cast<std::size_t>(edge));
        } else if (edge == 8) {
            whole.add(block);
        } else if (edge == 4) {
            half.add(block);
        } else {
            quarter.add(block);
        }
    }
    whole.end();
    half.end();
    quarter.end();
}

}  // namespace
}  // namespace goetia::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace goetia {

HWY_EXPORT(inverse_transform_here);

void inverse_transform(std::span<const JpegBlock> blocks) { HWY_DYNAMIC_DISPATCH(inverse_transform_here)(blocks); }

}  // namespace goetia
#endif
