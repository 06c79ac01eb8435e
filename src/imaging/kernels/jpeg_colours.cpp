#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "imaging/kernels/jpeg_colours.cpp"
#include <hwy/foreach_target.h>
// Included again for each instruction set.
#include <hwy/highway.h>

#include <algorithm>
#include <cstring>

#include "imaging/kernels/jpeg_colours.h"

HWY_BEFORE_NAMESPACE();
namespace goetia::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// Chroma upsampled to the luma's size.

using Lane16 = hn::ScalableTag<std::int16_t>;
using Lane8 = hn::Rebind<std::uint8_t, Lane16>;

struct Stretch {
    int first, count;  // chroma columns, in the full image, that the region's columns lie in
};

// sums[1 ..= count]: the sum of each column, with its neighbours around them (at the image's edge, itself).
void add_columns(const JpegPlane& plane, const Stretch& stretch, int near, int far, std::int16_t* sums) {
    const Lane16 d;
    const Lane8 bytes;
    const int from = std::max(0, stretch.first - 1), to = std::min(plane.width, stretch.first + stretch.count + 1);
    const auto row = [&](int y) {
        return plane.data + plane.row * static_cast<std::size_t>(y - plane.top) + (from - plane.left);
    };
    const std::uint8_t *a = row(near), *b = far < 0 ? nullptr : row(far);
    std::int16_t* out = sums + (from - (stretch.first - 1));
    const auto count = static_cast<std::size_t>(to - from);
    for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
        auto sum = hn::PromoteTo(d, hn::LoadU(bytes, a + i));
        if (b != nullptr) sum = hn::Add(hn::Add(sum, hn::Add(sum, sum)), hn::PromoteTo(d, hn::LoadU(bytes, b + i)));
        hn::StoreU(sum, d, out + i);
    }
    if (from > stretch.first - 1) sums[0] = sums[1];
    if (to < stretch.first + stretch.count + 1) sums[stretch.count + 1] = sums[stretch.count];
}

// Two samples for each column: three quarters its own, one quarter of the neighbour on that side.
template <int kDown, int kLeft, int kRight>
void double_columns(const std::int16_t* sums, int count, std::uint8_t* to) {
    const Lane16 d;
    const Lane8 bytes;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); i += hn::Lanes(d)) {
        const auto own = hn::LoadU(d, sums + i + 1), before = hn::LoadU(d, sums + i),
                   behind = hn::LoadU(d, sums + i + 2);
        const auto thrice = hn::Add(own, hn::Add(own, own));
        const auto left = hn::ShiftRight<kDown>(hn::Add(hn::Add(thrice, before), hn::Set(d, kLeft)));
        const auto right = hn::ShiftRight<kDown>(hn::Add(hn::Add(thrice, behind), hn::Set(d, kRight)));
#if HWY_TARGET == HWY_SCALAR
        to[2 * i] = hn::GetLane(hn::DemoteTo(bytes, left));
        to[2 * i + 1] = hn::GetLane(hn::DemoteTo(bytes, right));
#else
        hn::StoreInterleaved2(hn::DemoteTo(bytes, left), hn::DemoteTo(bytes, right), bytes, to + 2 * i);
#endif
    }
}

// One row of one chroma component; the result begins at the region's first column.
const std::uint8_t* chroma_row(const JpegColours& colours, const JpegPlane& plane, int y, JpegColourScratch& scratch,
                               std::uint8_t* to) {
    if (colours.sampling == JpegSampling::k444)
        return plane.data + plane.row * static_cast<std::size_t>(y - plane.top) + (colours.left - plane.left);
    const Stretch stretch{colours.left / 2, (colours.left + colours.width - 1) / 2 - colours.left / 2 + 1};
    std::int16_t* sums = scratch.sums.data();
    if (colours.sampling == JpegSampling::k422) {
        add_columns(plane, stretch, y, -1, sums);
        double_columns<2, 1, 2>(sums, stretch.count, to);
    } else {
        const int near = y / 2, far = std::clamp(y % 2 == 0 ? near - 1 : near + 1, 0, plane.height - 1);
        add_columns(plane, stretch, near, far, sums);
        double_columns<4, 8, 7>(sums, stretch.count, to);
    }
    return to + colours.left % 2;
}

// (a + b + a half) of two products in 1/65536, rounded down, from their upper and lower halves.
HWY_INLINE hn::Vec<Lane16> sum_of_products(hn::Vec<Lane16> x, std::int16_t a, hn::Vec<Lane16> y, std::int16_t b) {
    const Lane16 d;
    const hn::RebindToUnsigned<Lane16> u;
    const auto by_a = hn::Set(d, a), by_b = hn::Set(d, b);
    const auto low_a = hn::BitCast(u, hn::Mul(x, by_a)), low_b = hn::BitCast(u, hn::Mul(y, by_b));
    const auto half = hn::Add(hn::Add(hn::ShiftRight<1>(low_a), hn::ShiftRight<1>(low_b)),
                              hn::And(hn::And(low_a, low_b), hn::Set(u, 1)));
    const auto carry = hn::ShiftRight<14>(hn::Add(hn::ShiftRight<1>(half), hn::Set(u, 8192)));
    return hn::Add(hn::Add(hn::MulHigh(x, by_a), hn::MulHigh(y, by_b)), hn::BitCast(d, carry));
}

// x times a constant below one half in 1/65536, rounded.
HWY_INLINE hn::Vec<Lane16> product(hn::Vec<Lane16> x, std::int16_t constant) {
    const Lane16 d;
    return hn::ShiftRight<1>(hn::Add(hn::MulHigh(hn::Add(x, x), hn::Set(d, constant)), hn::Set(d, 1)));
}

void colour_row(const std::uint8_t* y, const std::uint8_t* cb, const std::uint8_t* cr, std::size_t count,
                std::uint8_t* red, std::uint8_t* green, std::uint8_t* blue) {
    const Lane16 d;
    const Lane8 bytes;
    const auto middle = hn::Set(d, 128);
    for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
        const auto luma = hn::PromoteTo(d, hn::LoadU(bytes, y + i));
        const auto b = hn::Sub(hn::PromoteTo(d, hn::LoadU(bytes, cb + i)), middle);
        const auto r = hn::Sub(hn::PromoteTo(d, hn::LoadU(bytes, cr + i)), middle);
        hn::StoreU(hn::DemoteTo(bytes, hn::Add(hn::Add(luma, r), product(r, 26345))), bytes, red + i);
        hn::StoreU(hn::DemoteTo(bytes, hn::Add(hn::Sub(luma, r), sum_of_products(b, -22554, r, 18734))), bytes,
                   green + i);
        hn::StoreU(hn::DemoteTo(bytes, hn::Add(hn::Add(luma, hn::Add(b, b)), product(b, -14942))), bytes, blue + i);
    }
}

void to_colours_here(const JpegColours& colours, JpegColourScratch& scratch) {
    const std::size_t wide = static_cast<std::size_t>(colours.width) + 128;
    scratch.sums.hold(wide);
    std::uint8_t* rows = scratch.rows.hold(2 * wide);
    for (int i = 0; i < colours.height; ++i) {
        const int y = colours.top + i;
        const std::uint8_t* luma = colours.y.data + colours.y.row * static_cast<std::size_t>(y - colours.y.top) +
                                   (colours.left - colours.y.left);
        const std::size_t at = colours.row * i;
        if (colours.sampling == JpegSampling::kGrey) {
            for (std::uint8_t* to : {colours.red, colours.green, colours.blue})
                std::memcpy(to + at, luma, static_cast<std::size_t>(colours.width));
            continue;
        }
        const std::uint8_t* cb = chroma_row(colours, colours.cb, y, scratch, rows);
        const std::uint8_t* cr = chroma_row(colours, colours.cr, y, scratch, rows + wide);
        colour_row(luma, cb, cr, static_cast<std::size_t>(colours.width), colours.red + at, colours.green + at,
                   colours.blue + at);
    }
}

}  // namespace
}  // namespace goetia::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace goetia {

HWY_EXPORT(to_colours_here);

void to_colours(const JpegColours& colours, JpegColourScratch& scratch) {
    HWY_DYNAMIC_DISPATCH(to_colours_here)(colours, scratch);
}

}  // namespace goetia
#endif
