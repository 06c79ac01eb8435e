#include "imaging/kernels/resample.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "imaging/kernels/scale.h"

namespace goetia {
namespace {

constexpr int kBits = 22;  // of a weight's fraction: 8-bit pixels times weights fit 32 bits
constexpr std::int32_t kHalf = 1 << (kBits - 1);

std::uint8_t to_byte(std::int32_t sum) { return static_cast<std::uint8_t>(std::clamp(sum >> kBits, 0, 255)); }

// For each output pixel: the first input pixel it covers, how many, and their weights (which add up to one).
struct Weights {
    int taps = 0;  // the most any pixel has; rows of `values` are this long
    std::vector<int> first, count;
    std::vector<std::int32_t> values;

    [[nodiscard]] const std::int32_t* of(int place) const {
        return values.data() + static_cast<std::size_t>(place) * taps;
    }
};

Weights triangle_weights(int from, int to) {
    const double scale = static_cast<double>(from) / to;
    const double reach = std::max(scale, 1.0);  // half the triangle's base; at least one pixel when enlarging
    Weights weights;
    weights.taps = static_cast<int>(std::ceil(reach)) * 2 + 1;
    weights.values.resize(static_cast<std::size_t>(to) * weights.taps);
    std::vector<double> exact(weights.taps);
    for (int i = 0; i < to; ++i) {
        const double centre = (i + 0.5) * scale;
        const int first = std::max(0, static_cast<int>(centre - reach + 0.5));
        const int count = std::min(from, static_cast<int>(centre + reach + 0.5)) - first;
        double sum = 0;
        for (int k = 0; k < count; ++k) {
            exact[k] = std::max(0.0, 1 - std::abs((k + first - centre + 0.5) / reach));
            sum += exact[k];
        }
        std::int32_t* values = weights.values.data() + static_cast<std::size_t>(i) * weights.taps;
        for (int k = 0; k < count; ++k) values[k] = static_cast<std::int32_t>(0.5 + exact[k] / sum * (1 << kBits));
        weights.first.push_back(first);
        weights.count.push_back(count);
    }
    return weights;
}

Image resized_in_width(const Image& image, int width) {
    const Weights weights = triangle_weights(image.width, width);
    Image result{width, image.height, 3, {}};
    result.pixels.resize(static_cast<std::size_t>(width) * image.height * 3);
    for (int y = 0; y < image.height; ++y) {
        const std::uint8_t* row = image.pixels.data() + static_cast<std::size_t>(y) * image.width * 3;
        std::uint8_t* to = result.pixels.data() + static_cast<std::size_t>(y) * width * 3;
        for (int x = 0; x < width; ++x) {
            const std::uint8_t* from = row + weights.first[x] * 3;
            const std::int32_t* values = weights.of(x);
            std::int32_t red = kHalf, green = kHalf, blue = kHalf;
            for (int k = 0; k < weights.count[x]; ++k) {
                red += from[3 * k] * values[k];
                green += from[3 * k + 1] * values[k];
                blue += from[3 * k + 2] * values[k];
            }
            to[3 * x] = to_byte(red), to[3 * x + 1] = to_byte(green), to[3 * x + 2] = to_byte(blue);
        }
    }
    return result;
}

// Adds up whole rows, which the compiler vectorises.
Image resized_in_height(const Image& image, int height) {
    const Weights weights = triangle_weights(image.height, height);
    const std::size_t stride = static_cast<std::size_t>(image.width) * 3;
    Image result{image.width, height, 3, {}};
    result.pixels.resize(stride * height);
    std::vector<std::int32_t> sums(stride);
    for (int y = 0; y < height; ++y) {
        std::fill(sums.begin(), sums.end(), kHalf);
        for (int k = 0; k < weights.count[y]; ++k) {
            const std::uint8_t* from = image.pixels.data() + stride * (weights.first[y] + k);
            const std::int32_t weight = weights.of(y)[k];
            std::int32_t* sum = sums.data();
            for (std::size_t i = 0; i < stride; ++i) sum[i] += from[i] * weight;
        }
        std::uint8_t* to = result.pixels.data() + stride * y;
        for (std::size_t i = 0; i < stride; ++i) to[i] = to_byte(sums[i]);
    }
    return result;
}

}  // namespace

Image resized_exactly(const Image& image, int width, int height) {
    if (image.width == width) return image.height == height ? image : resized_in_height(image, height);
    Image wide = resized_in_width(image, width);
    return image.height == height ? wide : resized_in_height(wide, height);
}

namespace {

Image resized_grey_exactly(const Image& image, int width, int height) {
    Image colour{image.width, image.height, 3, {}};
    colour.pixels.reserve(image.pixels.size() * 3);
    for (const std::uint8_t level : image.pixels) colour.pixels.insert(colour.pixels.end(), 3, level);
    colour = resized_exactly(colour, width, height);
    Image grey{width, height, 1, {}};
    for (std::size_t i = 0; i < colour.pixels.size(); i += 3) grey.pixels.push_back(colour.pixels[i]);
    return grey;
}

}  // namespace

Image resized(const Image& image, int width, int height) {
    if (image.width == width && image.height == height) return image;
    if (image.width > kMaxReduction * width || image.height > kMaxReduction * height)
        return image.channels == 3 ? resized_exactly(image, width, height) : resized_grey_exactly(image, width, height);
    Image result{width, height, image.channels, {}};
    result.pixels.resize(static_cast<std::size_t>(width) * height * image.channels);
    ScaleScratch scratch;
    const ScaleOptions options{{0, 0, image.height, image.width}, width, height, {0, 0, height, width}};
    const auto row = static_cast<std::size_t>(width);
    if (image.channels == 3) {
        scale(PixelView::of(image), options, InterleavedBytes{result.pixels.data(), row * 3}, scratch);
    } else {  // one channel, passed as three that share their memory
        const PixelView grey{image.pixels.data(), static_cast<std::size_t>(image.width), 0, 1, image.width,
                             image.height};
        scale(grey, options, PlanarBytes{result.pixels.data(), row, 0}, scratch);
    }
    return result;
}

}  // namespace goetia
