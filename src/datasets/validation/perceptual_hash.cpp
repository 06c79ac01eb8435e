#include "datasets/validation/perceptual_hash.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "datasets/validation/grey.h"

namespace goetia {
namespace {

constexpr int kSide = 32, kFrequencies = 8;
constexpr double kCells = kSide * kSide;
constexpr int kSamplesPerCell = 8;   // maximum number of pixels sampled per cell and axis
constexpr float kLeastContrast = 2;  // standard deviation of 8-bit values

using Grey = std::array<float, kSide * kSide>;

// The mean of the pixels of a cell, or of a regular sample of them.
float cell_mean(const Image& image, int column, int row) {
    const auto begin = [](int cell, int size) { return static_cast<int>(std::int64_t{cell} * size / kSide); };
    const int left = begin(column, image.width), top = begin(row, image.height);
    const int right = std::max(left + 1, begin(column + 1, image.width));
    const int bottom = std::max(top + 1, begin(row + 1, image.height));
    const int step_x = std::max(1, (right - left) / kSamplesPerCell),
              step_y = std::max(1, (bottom - top) / kSamplesPerCell);
    float sum = 0;
    int count = 0;
    for (int y = top; y < bottom; y += step_y) {
        for (int x = left; x < right; x += step_x, ++count) sum += grey_at(image, x, y);
    }
    return sum / static_cast<float>(count);
}

bool has_contrast(const Grey& grey) {
    double sum = 0, squares = 0;
    for (const float value : grey) sum += value, squares += static_cast<double>(value) * value;
    const double mean = sum / kCells;
    return squares / kCells - mean * mean >= kLeastContrast * kLeastContrast;
}

const std::array<float, kFrequencies * kSide>& cosines() {
    static const auto kTable = [] {
        std::array<float, kFrequencies * kSide> table{};
        for (int f = 0; f < kFrequencies; ++f) {
            for (int i = 0; i < kSide; ++i)
                table[static_cast<std::size_t>(f * kSide + i)] =
                    static_cast<float>(std::cos(std::numbers::pi * (2 * i + 1) * f / (2 * kSide)));
        }
        return table;
    }();
    return kTable;
}

}  // namespace

std::optional<std::uint64_t> perceptual_hash(const Image& image) {
    if (image.width < 1 || image.height < 1) return std::nullopt;
    Grey grey;
    for (int row = 0; row < kSide; ++row) {
        for (int column = 0; column < kSide; ++column)
            grey[static_cast<std::size_t>(row * kSide + column)] = cell_mean(image, column, row);
    }
    if (!has_contrast(grey)) return std::nullopt;

    const auto& table = cosines();
    std::array<float, kFrequencies * kSide> rows{};  // [frequency][row]
    for (int f = 0; f < kFrequencies; ++f) {
        for (int row = 0; row < kSide; ++row) {
            float sum = 0;
            for (int i = 0; i < kSide; ++i) sum += grey[row * kSide + i] * table[f * kSide + i];
            rows[f * kSide + row] = sum;
        }
    }
    std::array<float, kFrequencies * kFrequencies> found{};
    for (int v = 0; v < kFrequencies; ++v) {
        for (int f = 0; f < kFrequencies; ++f) {
            float sum = 0;
            for (int i = 0; i < kSide; ++i) sum += rows[f * kSide + i] * table[v * kSide + i];
            found[v * kFrequencies + f] = sum;
        }
    }
    // The first coefficient is the mean brightness, which does not characterise the image.
    std::array<float, kFrequencies * kFrequencies - 1> sorted;
    std::copy(found.begin() + 1, found.end(), sorted.begin());
    std::nth_element(sorted.begin(), sorted.begin() + sorted.size() / 2, sorted.end());
    const float median = sorted[sorted.size() / 2];
    std::uint64_t hash = 0;
    for (std::size_t i = 1; i < found.size(); ++i) hash |= std::uint64_t{found[i] > median} << i;
    return hash;
}

}  // namespace goetia
