#include "imaging/kernels/taps.h"

#include <algorithm>
#include <cmath>

namespace goetia {
namespace {

constexpr int kOne = 32768;

struct Reach {
    const Extent& from;
    double scale, half;  // input pixels per output pixel; half the triangle's base

    Reach(const Extent& extent, int to) : from(extent), scale(extent.length / to), half(std::max(scale, 1.0)) {}

    [[nodiscard]] double centre(int place) const { return from.begin + (place + 0.5) * scale; }
    [[nodiscard]] Span span(int place) const {
        const double middle = centre(place);
        return {std::max(0, static_cast<int>(middle - half + 0.5)),
                std::min(from.places, static_cast<int>(middle + half + 0.5))};
    }
};

}  // namespace

void triangle_taps(const Extent& from, int to, Span outputs, Taps& taps) {
    const Reach reach(from, to);
    const double inverse = 1.0 / reach.half;
    const auto count = static_cast<std::size_t>(outputs.length());
    taps.max_count = static_cast<int>(std::ceil(reach.half)) * 2 + 1;
    taps.first.resize(count);
    taps.count.resize(count);
    taps.weights.resize(count * taps.max_count);
    std::int16_t* weights = taps.weights.data();
    for (std::size_t i = 0; i < count; ++i, weights += taps.max_count) {
        const int place = outputs.begin + static_cast<int>(i);
        const Span span = reach.span(place);
        const double offset = span.begin - reach.centre(place) + 0.5;
        const auto height = [&](int k) { return std::max(0.0, 1 - std::abs(offset + k) * inverse); };
        double sum = 0;
        for (int k = 0; k < span.length(); ++k) sum += height(k);
        const double share = kOne / sum;
        int left = kOne, largest = 0;
        for (int k = 0; k < span.length(); ++k) {
            const int weight = static_cast<int>(0.5 + height(k) * share);
            weights[k] = static_cast<std::int16_t>(std::min(weight, kOne - 1));
            left -= weight;
            if (weights[k] > weights[largest]) largest = k;
        }
        // The rounding error goes to the largest weight, so that a uniform image stays uniform.
        weights[largest] = static_cast<std::int16_t>(std::min(weights[largest] + left, kOne - 1));
        taps.first[i] = span.begin;
        taps.count[i] = span.length();
    }
}

Span covered(const Extent& from, int to, Span outputs) {
    const Reach reach(from, to);
    return {reach.span(outputs.begin).begin, reach.span(outputs.end - 1).end};
}

}  // namespace goetia
