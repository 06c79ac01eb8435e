#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "data/kernels/jpeg_transform.cpp"
#include <hwy/foreach_target.h>
// Included anew for each kind of processor.
#include <hwy/highway.h>

#include <algorithm>
#include <cstring>

#include "data/kernels/jpeg_transform.h"

HWY_BEFORE_NAMESPACE();
namespace goetia::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// The inverse transform is Loeffler, Ligtenberg and Moschytz's, in 13-bit fixed point, columns first. A vector holds a
// row of one block, or of two side by side; two products and their sum are one instruction.

constexpr int kFraction = 13, kBetween = 2;  // of the constants; kept between the two passes

#if HWY_TARGET == HWY_SCALAR

// One column at a time.
constexpr std::size_t kBlocks = 1;
using ShortVector = std::int16_t;
using Sums = std::int32_t;

ShortVector plus(ShortVector x, ShortVector y) { return static_cast<ShortVector>(x + y); }
ShortVector minus(ShortVector x, ShortVector y) { return static_cast<ShortVector>(x - y); }

struct Pairs {
    ShortVector x, y;
    Pairs(ShortVector x_, ShortVector y_) : x(x_), y(y_) {}
    [[nodiscard]] Sums times(int first, int second) const { return x * first + y * second; }
};

Sums scaled_up(ShortVector v) { return v * (1 << kFraction); }

template <int kDown>
ShortVector rounded(Sums sums) {
    return static_cast<ShortVector>(std::clamp((sums + (1 << (kDown - 1))) >> kDown, -32768, 32767));
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

// One pass over eight rows, in place. Sums of two inputs wrap at 16 bits, as libjpeg-turbo's do.
template <int kDown>
HWY_INLINE void pass(ShortVector (&v)[8]) {
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

#if HWY_TARGET == HWY_SCALAR

void transform(const JpegBlock* const (&blocks)[kBlocks]) {
    const JpegBlock& block = *blocks[0];
    ShortVector columns[8][8], row[8];
    for (int x = 0; x < 8; ++x) {
        for (int y = 0; y < 8; ++y) columns[x][y] = block.frequencies[8 * y + x];
        pass<kFraction - kBetween>(columns[x]);
    }
    for (int y = 0; y < 8; ++y) {
        for (int x = 0; x < 8; ++x) row[x] = columns[x][y];
        pass<kFraction + kBetween + 3>(row);
        for (int x = 0; x < 8; ++x)
            block.to[block.row * y + x] = static_cast<std::uint8_t>(std::clamp(row[x] + 128, 0, 255));
    }
}

#else

// Interleaving one half with the other three times turns each block over its diagonal.
HWY_INLINE void turn(ShortVector (&v)[8]) {
    for (int round = 0; round < 3; ++round) {
        const Pairs p0(v[0], v[4]), p1(v[1], v[5]), p2(v[2], v[6]), p3(v[3], v[7]);
        v[0] = p0.lower, v[1] = p0.upper, v[2] = p1.lower, v[3] = p1.upper;
        v[4] = p2.lower, v[5] = p2.upper, v[6] = p3.lower, v[7] = p3.upper;
    }
}

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
    pass<kFraction - kBetween>(v);
    turn(v);
    pass<kFraction + kBetween + 3>(v);
    turn(v);
    const hn::Rebind<std::uint8_t, Shorts> bytes;
    HWY_ALIGN std::uint8_t row[8 * kBlocks];
    for (std::size_t i = 0; i < 8; ++i) {
        hn::Store(hn::DemoteTo(bytes, hn::SaturatedAdd(v[i], hn::Set(d, 128))), bytes, row);
        for (std::size_t block = 0; block < kBlocks; ++block)
            std::memcpy(blocks[block]->to + blocks[block]->row * i, row + 8 * block, 8);
    }
}

#endif

void inverse_transform_here(std::span<const JpegBlock> blocks) {
    const JpegBlock* together[kBlocks];
    std::size_t count = 0;
    for (const JpegBlock& block : blocks) {
        if (block.even) {
            const int level = std::clamp(((block.frequencies[0] + 4) >> 3) + 128, 0, 255);
            for (std::size_t y = 0; y < 8; ++y) std::memset(block.to + block.row * y, level, 8);
            continue;
        }
        together[count++] = &block;
        if (count < kBlocks) continue;
        transform(together);
        count = 0;
    }
    if (count == 0) return;
    while (count < kBlocks) together[count++] = together[0];  // the last one alone is made twice
    transform(together);
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
