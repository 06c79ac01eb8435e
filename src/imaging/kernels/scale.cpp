// Scales vertically first (whole rows at a time), then horizontally on the transposed image, 32 rows of it at a time:
// so both passes multiply long vectors by one weight and never gather.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "imaging/kernels/scale.cpp"
#include <hwy/foreach_target.h>
// Included again for each instruction set.
#include <hwy/highway.h>

#include <algorithm>
#include <cstring>

#include "imaging/kernels/scale.h"

HWY_BEFORE_NAMESPACE();
namespace goetia::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

constexpr int kRows = 32;  // of the result, computed together
constexpr int kShift = 7;  // bytes are held in 15 bits between the passes

// blend_rows() for rows shorter than a vector, bit-equal to it.
void blend_few(const std::uint8_t* first, std::size_t stride, const std::int16_t* weights, int count,
               std::size_t length, std::int16_t* to) {
    for (std::size_t i = 0; i < length; ++i) {
        int sum = 0;
        for (int k = 0; k < count; ++k) sum += ((first[i + stride * k] << kShift) * weights[k] + (1 << 14)) >> 15;
        to[i] = static_cast<std::int16_t>(sum);
    }
}

// One row of the result, still in 15 bits, from the `count` rows it covers, the first of which begins at `first`. Reads
// nothing after the last byte: it may be the last in memory.
void blend_rows(const std::uint8_t* first, std::size_t stride, const std::int16_t* weights, int count,
                std::size_t length, std::int16_t* to) {
    const hn::ScalableTag<std::int16_t> d;
    const hn::Rebind<std::uint8_t, decltype(d)> bytes;
    const std::size_t lanes = hn::Lanes(d);
    const auto blend = [&](std::size_t i) HWY_ATTR {
        auto sum = hn::Zero(d);
        const std::uint8_t* from = first + i;
        for (int k = 0; k < count; ++k, from += stride) {
            const auto level = hn::ShiftLeft<kShift>(hn::PromoteTo(d, hn::LoadU(bytes, from)));
            sum = hn::Add(sum, hn::MulFixedPoint15(level, hn::Set(d, weights[k])));
        }
        hn::StoreU(sum, d, to + i);
    };
    if (length < lanes) return blend_few(first, stride, weights, count, length, to);
    for (std::size_t i = 0; i + lanes <= length; i += lanes) blend(i);
    if (length % lanes != 0) blend(length - lanes);  // some bytes a second time
}

#if HWY_TARGET == HWY_SCALAR

template <std::size_t kSide, class T>
void turn_square(const T* from, std::size_t from_row, T* to, std::size_t to_row) {
    for (std::size_t y = 0; y < kSide; ++y) {
        for (std::size_t x = 0; x < kSide; ++x) to[x * to_row + y] = from[y * from_row + x];
    }
}
void turn_block(const std::int16_t* from, std::size_t from_row, std::int16_t* to, std::size_t to_row) {
    turn_square<8>(from, from_row, to, to_row);
}
void turn_bytes(const std::uint8_t* from, std::size_t from_row, std::uint8_t* to, std::size_t to_row) {
    turn_square<16>(from, from_row, to, to_row);
}

#else

// Transposes an 8x8 block by interleaving its halves three times.
HWY_INLINE void turn_block(const std::int16_t* from, std::size_t from_row, std::int16_t* to, std::size_t to_row) {
    const hn::FixedTag<std::int16_t, 8> d;
    auto v0 = hn::LoadU(d, from), v1 = hn::LoadU(d, from + from_row), v2 = hn::LoadU(d, from + 2 * from_row),
         v3 = hn::LoadU(d, from + 3 * from_row), v4 = hn::LoadU(d, from + 4 * from_row),
         v5 = hn::LoadU(d, from + 5 * from_row), v6 = hn::LoadU(d, from + 6 * from_row),
         v7 = hn::LoadU(d, from + 7 * from_row);
    for (int round = 0; round < 3; ++round) {
        const auto a0 = hn::InterleaveLower(d, v0, v4), a1 = hn::InterleaveUpper(d, v0, v4),
                   a2 = hn::InterleaveLower(d, v1, v5), a3 = hn::InterleaveUpper(d, v1, v5),
                   a4 = hn::InterleaveLower(d, v2, v6), a5 = hn::InterleaveUpper(d, v2, v6),
                   a6 = hn::InterleaveLower(d, v3, v7), a7 = hn::InterleaveUpper(d, v3, v7);
        v0 = a0, v1 = a1, v2 = a2, v3 = a3, v4 = a4, v5 = a5, v6 = a6, v7 = a7;
    }
    hn::StoreU(v0, d, to), hn::StoreU(v1, d, to + to_row), hn::StoreU(v2, d, to + 2 * to_row),
        hn::StoreU(v3, d, to + 3 * to_row), hn::StoreU(v4, d, to + 4 * to_row), hn::StoreU(v5, d, to + 5 * to_row),
        hn::StoreU(v6, d, to + 6 * to_row), hn::StoreU(v7, d, to + 7 * to_row);
}

// The same for 16x16 bytes, in four rounds.
void turn_bytes(const std::uint8_t* from, std::size_t from_row, std::uint8_t* to, std::size_t to_row) {
    const hn::FixedTag<std::uint8_t, 16> d;
    HWY_ALIGN std::uint8_t block[2][16 * 16];
    for (std::size_t i = 0; i < 16; ++i) hn::Store(hn::LoadU(d, from + i * from_row), d, block[0] + 16 * i);
    for (std::size_t round = 0; round < 4; ++round) {
        const std::uint8_t* in = block[round % 2];
        std::uint8_t* out = block[1 - round % 2];
        for (std::size_t i = 0; i < 8; ++i) {
            const auto low = hn::Load(d, in + 16 * i), high = hn::Load(d, in + 16 * (i + 8));
            hn::Store(hn::InterleaveLower(d, low, high), d, out + 32 * i);
            hn::Store(hn::InterleaveUpper(d, low, high), d, out + 32 * i + 16);
        }
    }
    for (std::size_t i = 0; i < 16; ++i) hn::StoreU(hn::Load(d, block[0] + 16 * i), d, to + i * to_row);
}

#endif

// One value of the result in 32 rows at once. `columns`: 32 values for each input value, `step` to the next pixel's.
HWY_INLINE void blend_columns(const std::int16_t* columns, int step, const std::int16_t* weights, int count,
                              std::uint8_t* to) {
    const hn::CappedTag<std::int16_t, kRows> d;
    const hn::Rebind<std::uint8_t, decltype(d)> bytes;
    for (std::size_t row = 0; row < kRows; row += hn::Lanes(d)) {
        auto sum = hn::Set(d, 1 << (kShift - 1));
        const std::int16_t* from = columns + row;
        for (int k = 0; k < count; ++k, from += static_cast<std::ptrdiff_t>(step) * kRows)
            sum = hn::Add(sum, hn::MulFixedPoint15(hn::LoadU(d, from), hn::Set(d, weights[k])));
        hn::StoreU(hn::DemoteTo(bytes, hn::ShiftRight<kShift>(sum)), bytes, to + row);
    }
}

// How the bytes of a view lie in a row: one run of all channels interleaved, or one run for each channel.
struct Layout {
    int runs, step;
    std::size_t run_bytes, between;  // of a run; from run to run in memory
};

// Writes `count` finished rows of the three channels to their destination.
void write_rows(const std::uint8_t* bytes, std::size_t row_bytes, int width, int y, bool upside_down, int height,
                int count, const Target& target) {
    const auto place = [&](int r) { return static_cast<std::size_t>(upside_down ? height - 1 - (y + r) : y + r); };
    const auto row = [&](int c, int r) { return bytes + (static_cast<std::size_t>(c) * kRows + r) * row_bytes; };
    if (const auto* floats = std::get_if<PlanarFloats>(&target)) {
        for (int c = 0; c < 3; ++c) {
            const float* table = (*floats->table)[c].data();
            for (int r = 0; r < count; ++r) {
                float* to = floats->data + floats->plane * c + floats->row * place(r);
                const std::uint8_t* from = row(c, r);
                for (int x = 0; x < width; ++x) to[x] = table[from[x]];
            }
        }
    } else if (const auto* planar = std::get_if<PlanarBytes>(&target)) {
        for (int c = 0; c < 3; ++c) {
            for (int r = 0; r < count; ++r)
                std::memcpy(planar->data + planar->plane * c + planar->row * place(r), row(c, r), width);
        }
    } else {
        const auto& interleaved = std::get<InterleavedBytes>(target);
        for (int r = 0; r < count; ++r) {
            const std::uint8_t *red = row(0, r), *green = row(1, r), *blue = row(2, r);
            std::uint8_t* to = interleaved.data + interleaved.row * place(r);
            for (int x = 0; x < width; ++x, to += 3) to[0] = red[x], to[1] = green[x], to[2] = blue[x];
        }
    }
}

void scale_here(const PixelView& view, const ScaleOptions& options, const Target& target, ScaleScratch& scratch) {
    const ReducedPart part = reduced_part(options);
    const Rect source = source_part(options), &window = options.window;
    const bool interleaved = view.step == 3;
    const std::size_t wide = static_cast<std::size_t>(source.width);
    const Layout layout{interleaved ? 1 : 3, view.step, interleaved ? wide * 3 : wide, view.plane};
    const std::size_t run = (layout.run_bytes + 63) / 64 * 64, places = run * layout.runs;
    const std::size_t row_bytes = static_cast<std::size_t>((window.width + 15) / 16 * 16);
    triangle_taps(part.across, options.width, {window.left, window.left + window.width}, scratch.across);
    triangle_taps(part.down, options.height, {window.top, window.top + window.height}, scratch.down);
    std::int16_t* rows = scratch.rows.hold(places * kRows);
    std::int16_t* columns = scratch.columns.hold(places * kRows);
    std::uint8_t* turned = scratch.turned.hold(3 * row_bytes * kRows);
    std::uint8_t* bytes = scratch.bytes.hold(3 * row_bytes * kRows);
    // The first byte needed of the part's row 0, as if the view held it.
    const std::uint8_t* origin =
        view.data + static_cast<std::ptrdiff_t>(source.left - view.left) * view.step +
        (static_cast<std::ptrdiff_t>(part.pixels.top) - view.top) * static_cast<std::ptrdiff_t>(view.row);
    const int skipped = source.left - part.pixels.left;  // columns of the part that the window does not need

    for (int y = 0; y < window.height; y += kRows) {
        const int count = std::min(kRows, window.height - y);
        for (int r = 0; r < count; ++r) {
            const std::uint8_t* first = origin + static_cast<std::size_t>(scratch.down.first[y + r]) * view.row;
            for (int i = 0; i < layout.runs; ++i)
                blend_rows(first + layout.between * i, view.row, scratch.down.of(y + r), scratch.down.count[y + r],
                           layout.run_bytes, rows + places * r + run * i);
        }
        const int blocks = (count + 7) / 8 * 8;
        for (std::size_t x = 0; x < places; x += 8) {
            for (int r = 0; r < blocks; r += 8)
                turn_block(rows + places * r + x, places, columns + x * kRows + r, kRows);
        }
        for (int x = 0; x < window.width; ++x) {
            const int at = options.mirrored ? window.width - 1 - x : x;
            const int first = (scratch.across.first[x] - skipped) * layout.step;
            for (int c = 0; c < 3; ++c) {
                const std::size_t base = interleaved ? c : run * c;
                blend_columns(columns + (base + first) * kRows, layout.step, scratch.across.of(x),
                              scratch.across.count[x], turned + (row_bytes * c + at) * kRows);
            }
        }
        for (int c = 0; c < 3; ++c) {
            for (std::size_t x = 0; x < row_bytes; x += 16) {
                for (int r = 0; r < count; r += 16)
                    turn_bytes(turned + (row_bytes * c + x) * kRows + r, kRows,
                               bytes + (static_cast<std::size_t>(c) * kRows + r) * row_bytes + x, row_bytes);
            }
        }
        write_rows(bytes, row_bytes, window.width, y, options.upside_down, window.height, count, target);
    }
}

}  // namespace
}  // namespace goetia::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace goetia {

HWY_EXPORT(scale_here);

void scale(const PixelView& view, const ScaleOptions& options, const Target& target, ScaleScratch& scratch) {
    HWY_DYNAMIC_DISPATCH(scale_here)(view, options, target, scratch);
}

}  // namespace goetia
#endif
