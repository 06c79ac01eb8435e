#include "imaging/kernels/filter.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "imaging/kernels/colour.h"

namespace goetia {
namespace {

// The index that an index beyond the edge mirrors; the edge itself is not repeated.
int mirrored(int place, int size) {
    if (size == 1) return 0;
    const int period = 2 * size - 2;
    place = ((place % period) + period) % period;
    return place < size ? place : period - place;
}

using Curve = std::array<std::uint8_t, 256>;

// The mapping of pixel values within one tile.
Curve curve_of(const Image& grey, int left, int top, int width, int height, double clip_limit) {
    std::array<int, 256> counts{};
    for (int y = top; y < top + height; ++y) {
        for (int x = left; x < left + width; ++x)
            ++counts[grey.pixels[static_cast<std::size_t>(mirrored(y, grey.height)) * grey.width +
                                 mirrored(x, grey.width)]];
    }
    const int area = width * height;
    if (clip_limit > 0) {
        const int limit = std::max(1, static_cast<int>(clip_limit * area / 256));
        int cut = 0;
        for (int& count : counts) cut += std::max(0, count - limit), count = std::min(count, limit);
        const int each = cut / 256;
        int rest = cut - each * 256;
        for (int& count : counts) count += each;
        const int apart = rest > 0 ? std::max(256 / rest, 1) : 1;
        for (std::size_t i = 0; i < 256 && rest > 0; i += static_cast<std::size_t>(apart), --rest) ++counts[i];
    }
    Curve curve{};
    int sum = 0;
    const float scale = 255.0F / static_cast<float>(area);
    for (std::size_t i = 0; i < 256; ++i) {
        sum += counts[i];
        curve[i] = static_cast<std::uint8_t>(std::clamp(std::nearbyint(static_cast<float>(sum) * scale), 0.0F, 255.0F));
    }
    return curve;
}

// The tiles before and after a pixel, and its relative position between them.
struct Between {
    int first, second;
    float part;
};

Between between(int place, int length, int tiles) {
    const float at = static_cast<float>(place) / static_cast<float>(length) - 0.5F;
    const int first = static_cast<int>(std::floor(at));
    return {std::max(first, 0), std::min(first + 1, tiles - 1), at - static_cast<float>(first)};
}

Image evened(const Image& grey, double clip_limit, int down, int across) {
    const int width = (grey.width + across - 1) / across, height = (grey.height + down - 1) / down;
    std::vector<Curve> curves;
    for (int y = 0; y < down; ++y) {
        for (int x = 0; x < across; ++x)
            curves.push_back(curve_of(grey, x * width, y * height, width, height, clip_limit));
    }
    Image result = grey;
    for (int y = 0; y < grey.height; ++y) {
        const Between rows = between(y, height, down);
        for (int x = 0; x < grey.width; ++x) {
            const Between columns = between(x, width, across);
            std::uint8_t& level = result.pixels[static_cast<std::size_t>(y) * grey.width + x];
            const auto by = [&](int row, int column) {
                return static_cast<float>(curves[static_cast<std::size_t>(row * across + column)][level]);
            };
            const float upper =
                by(rows.first, columns.first) * (1 - columns.part) + by(rows.first, columns.second) * columns.part;
            const float lower =
                by(rows.second, columns.first) * (1 - columns.part) + by(rows.second, columns.second) * columns.part;
            level = static_cast<std::uint8_t>(std::nearbyint(upper * (1 - rows.part) + lower * rows.part));
        }
    }
    return result;
}

}  // namespace

std::vector<float> gaussian_weights(int size, double sigma) {
    std::vector<float> weights(static_cast<std::size_t>(size));
    double sum = 0;
    const auto at = [&](int i) { return std::exp(-0.5 * std::pow((i - (size - 1) / 2.0) / sigma, 2)); };
    for (int i = 0; i < size; ++i) sum += at(i);
    for (int i = 0; i < size; ++i) weights[static_cast<std::size_t>(i)] = static_cast<float>(at(i) / sum);
    return weights;
}

void blur(std::vector<float>& values, int width, int height, const std::vector<float>& weights) {
    const int reach = static_cast<int>(weights.size() / 2);
    const auto along = [&](int length, int lines, int step, int line_step) {
        std::vector<float> line(static_cast<std::size_t>(length));
        for (int n = 0; n < lines; ++n) {
            float* const begin = values.data() + static_cast<std::ptrdiff_t>(n) * line_step;
            for (int i = 0; i < length; ++i) {
                float sum = 0;
                for (int k = -reach; k <= reach; ++k)
                    sum += weights[static_cast<std::size_t>(k + reach)] *
                           begin[static_cast<std::ptrdiff_t>(mirrored(i + k, length)) * step];
                line[static_cast<std::size_t>(i)] = sum;
            }
            for (int i = 0; i < length; ++i)
                begin[static_cast<std::ptrdiff_t>(i) * step] = line[static_cast<std::size_t>(i)];
        }
    };
    along(width, height, 1, width);
    along(height, width, width, 1);
}

void blur(Image& image, int kernel_size, double sigma) {
    const auto weights = gaussian_weights(kernel_size, sigma);
    const auto channels = static_cast<std::size_t>(image.channels);
    std::vector<float> values(static_cast<std::size_t>(image.width) * image.height);
    for (std::size_t c = 0; c < channels; ++c) {
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = image.pixels[i * channels + c];
        blur(values, image.width, image.height, weights);
        for (std::size_t i = 0; i < values.size(); ++i)
            image.pixels[i * channels + c] =
                static_cast<std::uint8_t>(std::clamp(std::nearbyint(values[i]), 0.0F, 255.0F));
    }
}

void equalize_adaptively(Image& image, double clip_limit, int tiles_down, int tiles_across) {
    const Image grey = to_grey(image), even = evened(grey, clip_limit, tiles_down, tiles_across);
    const auto channels = static_cast<std::size_t>(image.channels);
    // Adding the change of brightness to red, green and blue keeps the colour differences.
    for (std::size_t i = 0; i < grey.pixels.size(); ++i) {
        for (std::size_t c = 0; c < channels; ++c) {
            std::uint8_t& level = image.pixels[i * channels + c];
            level = static_cast<std::uint8_t>(std::clamp(level + even.pixels[i] - grey.pixels[i], 0, 255));
        }
    }
}

}  // namespace goetia
