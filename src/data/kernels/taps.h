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

// Input places [begin, end).
struct Span {
    int begin = 0, end = 0;
    [[nodiscard]] int length() const { return end - begin; }
    friend bool operator==(const Span&, const Span&) = default;
};

// Scaling `from` places to `to`, of which only `wanted` is made. Fills `taps`, whose memory is used again.
void triangle_taps(int from, int to, Span wanted, Taps& taps);

// The input places that these outputs cover.
Span covered(int from, int to, Span wanted);

// Above this reduction 16-bit weights would no longer stay within one level of exact ones.
constexpr int kLargestReduction = 16;

}  // namespace goetia
