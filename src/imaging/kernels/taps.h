// The weights of antialiased bilinear scaling along one axis: each output pixel is the triangle-weighted mean of the
// input pixels it covers, as in Pillow's BILINEAR.
#pragma once

#include <cstdint>
#include <vector>

namespace goetia {

// For each output pixel: the first input pixel it covers, how many, and their weights in 1/32768, which add up to one.
struct Taps {
    int max_count = 0;  // the largest count; rows of `weights` are this long
    std::vector<int> first, count;
    std::vector<std::int16_t> weights;

    [[nodiscard]] const std::int16_t* of(int place) const {
        return weights.data() + static_cast<std::size_t>(place) * max_count;
    }
};

// What is scaled of a row of `places` pixels: `length` of them from `begin` on, with fractions of pixels at both ends.
struct Extent {
    int places = 0;
    double begin = 0, length = 0;

    static Extent whole(int places) { return {places, 0, static_cast<double>(places)}; }
};

// Pixels [begin, end).
struct Span {
    int begin = 0, end = 0;
    [[nodiscard]] int length() const { return end - begin; }
    friend bool operator==(const Span&, const Span&) = default;
};

// Scaling `from` to `to` pixels, of which only `outputs` are needed. Fills `taps`, reusing its memory.
void triangle_taps(const Extent& from, int to, Span outputs, Taps& taps);

// The input pixels that these outputs cover.
Span covered(const Extent& from, int to, Span outputs);

// Above this reduction, results of 16-bit weights could differ by more than 1 from exact ones.
constexpr int kMaxReduction = 16;

}  // namespace goetia
