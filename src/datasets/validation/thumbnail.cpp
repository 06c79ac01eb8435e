#include "datasets/validation/thumbnail.h"

#include <algorithm>
#include <cmath>

#include "datasets/validation/grey.h"

namespace goetia {
namespace {

constexpr int kThumbnailSide = 20;
constexpr int kSampledPixels = 16 * kThumbnailSide;  // along each axis of a larger image

// Which pixels along one axis a cell is the weighted mean of.
struct CellTaps {
    std::vector<int> pixels;
    std::vector<float> weights;  // they add up to 1
};

// Triangles as wide as two cells, or as two pixels where the image is smaller.
std::vector<CellTaps> cell_taps(int size) {
    const double cell = static_cast<double>(size) / kThumbnailSide, reach = std::max(cell, 1.0);
    const int step = std::max(1, size / kSampledPixels);
    std::vector<CellTaps> taps(kThumbnailSide);
    for (int i = 0; i < kThumbnailSide; ++i) {
        const double middle = (i + 0.5) * cell;
        const int first = std::max(0, static_cast<int>(std::floor(middle - reach)));
        const int end = std::min(size, static_cast<int>(std::ceil(middle + reach)));
        double sum = 0;
        for (int pixel = first; pixel < end; pixel += step) {
            const double weight = 1 - std::abs(pixel + 0.5 - middle) / reach;
            if (weight <= 0) continue;
            taps[static_cast<std::size_t>(i)].pixels.push_back(pixel);
            taps[static_cast<std::size_t>(i)].weights.push_back(static_cast<float>(weight));
            sum += weight;
        }
        for (float& weight : taps[static_cast<std::size_t>(i)].weights) weight /= static_cast<float>(sum);
    }
    return taps;
}

}  // namespace

Thumbnail thumbnail(const Image& image) {
    if (image.width < 1 || image.height < 1) return {};
    const std::vector<CellTaps> across = cell_taps(image.width), down = cell_taps(image.height);
    std::vector<float> row(kThumbnailSide), cells(kThumbnailSide * kThumbnailSide, 0);
    int last = -1;  // the row that `row` holds: neighbouring cells share most rows, one after the other
    for (int y = 0; y < kThumbnailSide; ++y) {
        const CellTaps& rows = down[static_cast<std::size_t>(y)];
        for (std::size_t r = 0; r < rows.pixels.size(); ++r) {
            if (rows.pixels[r] != last) {
                last = rows.pixels[r];
                for (std::size_t x = 0; x < across.size(); ++x) {
                    row[x] = 0;
                    for (std::size_t p = 0; p < across[x].pixels.size(); ++p)
                        row[x] += across[x].weights[p] * grey_at(image, across[x].pixels[p], last);
                }
            }
            for (std::size_t x = 0; x < across.size(); ++x)
                cells[static_cast<std::size_t>(y) * kThumbnailSide + x] += rows.weights[r] * row[x];
        }
    }
    Thumbnail small(cells.size());
    std::ranges::transform(cells, small.begin(), [](float cell) {
        return static_cast<std::uint8_t>(std::lround(std::clamp(cell, 0.F, 255.F)));
    });
    return small;
}

double correlation(const Thumbnail& a, const Thumbnail& b) {
    if (a.empty() || a.size() != b.size()) return 0;
    std::int64_t sum_a = 0, sum_b = 0, squares_a = 0, squares_b = 0, products = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum_a += a[i], sum_b += b[i];
        squares_a += a[i] * a[i], squares_b += b[i] * b[i], products += a[i] * b[i];
    }
    const auto count = static_cast<std::int64_t>(a.size());
    const std::int64_t spread_a = count * squares_a - sum_a * sum_a, spread_b = count * squares_b - sum_b * sum_b;
    if (spread_a == 0 || spread_b == 0) return 0;
    return static_cast<double>(count * products - sum_a * sum_b) /
           std::sqrt(static_cast<double>(spread_a) * static_cast<double>(spread_b));
}

}  // namespace goetia
