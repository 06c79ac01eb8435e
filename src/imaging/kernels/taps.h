// The weights of antialiased bilinear scaling: each output place is the triangle-weighted mean of the input places it
// covers, as Pillow's BILINEAR.
#pragma once

#include <cstdint>
#include <vector>

namespace goetia {

// For each output place: the first input place it covers, how many, and their weights in 1/32768, which add up to one.
struct Taps {
    int most = 0;  // the most any place has; rows of `weights` are this long
    std::vector<int> first, count;
    std::vector<std::int16_t> weights;

    [[nodiscard]] const std::int16_t* of(int place) const {
        return weights.data() + static_cast<std::size_t>(place) * most;
    }
};

// What is scaled of a row of `places`: `length` of them from `begin` on, which may be parts of places at both ends.
struct Extent {
    int places = 0;
    double begin = 0, length = 0;

    static Extent whole(int places) { return {places, 0, static_cast<double>(places)}; }
};

// Input places [begin, end).
struct Span {
    int begin = 0, end = 0;
    [[nodiscard]] int length() const { return end - begin; }
    friend bool operator==(const Span&, const Span&) = default;
};

// Scaling `from` to `to` places, of which only `wanted` is made. Fills `taps`, whose memory is used again.
void triangle_taps(const Extent& from, int to, Span wanted, Taps& taps);

// The input places that these outputs cover.
Span covered(const Extent& from, int to, Span wanted);

// Above this reduction 16-bit weights would no longer stay within one level of exact ones.
constexpr int kLargestReduction = 16;

}  // namespace goetia
