#include "data/kernels/geometry.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace goetia {
namespace {

Image blank(int width, int height) {
    Image image{width, height, 3, {}};
    image.pixels.resize(static_cast<std::size_t>(width) * height * 3);
    return image;
}

const std::uint8_t* pixel(const Image& image, int x, int y) {
    return image.pixels.data() + (static_cast<std::size_t>(y) * image.width + x) * 3;
}
std::uint8_t* pixel(Image& image, int x, int y) {
    return image.pixels.data() + (static_cast<std::size_t>(y) * image.width + x) * 3;
}

// Which input place a place beyond the border shows; -1: the fill.
int source_place(int place, int size, PaddingMode mode) {
    if (place >= 0 && place < size) return place;
    switch (mode) {
        case PaddingMode::kConstant: return -1;
        case PaddingMode::kEdge: return std::clamp(place, 0, size - 1);
        case PaddingMode::kReflect: return place < 0 ? -place : 2 * size - 2 - place;
        case PaddingMode::kSymmetric: return place < 0 ? -1 - place : 2 * size - 1 - place;
    }
    return -1;
}

// 16.16 fixed point, rounded down after adding a half.
std::int64_t fixed(double value) { return static_cast<std::int64_t>(std::floor(value * 65536 + 0.5)); }

// Scaling and shifting only: Pillow steps in double there, in fixed point elsewhere.
Image shifted(const Image& image, const AffineMap& m) {
    Image result = blank(image.width, image.height);
    const auto place = [](double value) { return value < 0 ? -1 : static_cast<int>(value); };
    std::vector<int> columns(image.width);
    double at = m[2] + m[0] * 0.5;
    for (int x = 0; x < image.width; ++x, at += m[0]) columns[x] = place(at);
    double row = m[5] + m[4] * 0.5;
    for (int y = 0; y < image.height; ++y, row += m[4]) {
        const int from_y = place(row);
        if (from_y < 0 || from_y >= image.height) continue;
        for (int x = 0; x < image.width; ++x) {
            if (columns[x] >= 0 && columns[x] < image.width)
                std::memcpy(pixel(result, x, y), pixel(image, columns[x], from_y), 3);
        }
    }
    return result;
}

}  // namespace

Image cropped(const Image& image, const Rect& rect) {
    Image result = blank(rect.width, rect.height);
    for (int y = 0; y < rect.height; ++y)
        std::memcpy(pixel(result, 0, y), pixel(image, rect.left, rect.top + y),
                    static_cast<std::size_t>(rect.width) * 3);
    return result;
}

Image padded(const Image& image, const Border& border, PaddingMode mode, Colour fill) {
    Image result = blank(image.width + border.left + border.right, image.height + border.top + border.bottom);
    for (int y = 0; y < result.height; ++y) {
        const int from_y = source_place(y - border.top, image.height, mode);
        for (int x = 0; x < result.width; ++x) {
            const int from_x = source_place(x - border.left, image.width, mode);
            std::memcpy(pixel(result, x, y), from_x < 0 || from_y < 0 ? fill.data() : pixel(image, from_x, from_y), 3);
        }
    }
    return result;
}

Image flipped_horizontally(const Image& image) {
    Image result = blank(image.width, image.height);
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) std::memcpy(pixel(result, x, y), pixel(image, image.width - 1 - x, y), 3);
    }
    return result;
}

Image flipped_vertically(const Image& image) {
    Image result = blank(image.width, image.height);
    for (int y = 0; y < image.height; ++y)
        std::memcpy(pixel(result, 0, y), pixel(image, 0, image.height - 1 - y),
                    static_cast<std::size_t>(image.width) * 3);
    return result;
}

Image warped(const Image& image, const AffineMap& m) {
    if (m[1] == 0 && m[3] == 0) return shifted(image, m);
    Image result = blank(image.width, image.height);
    const std::int64_t step_x = fixed(m[0]), skew_x = fixed(m[1]), skew_y = fixed(m[3]), step_y = fixed(m[4]);
    std::int64_t row_x = fixed(m[2] + m[0] * 0.5 + m[1] * 0.5), row_y = fixed(m[5] + m[3] * 0.5 + m[4] * 0.5);
    for (int y = 0; y < image.height; ++y, row_x += skew_x, row_y += step_y) {
        std::int64_t at_x = row_x, at_y = row_y;
        for (int x = 0; x < image.width; ++x, at_x += step_x, at_y += skew_y) {
            const std::int64_t from_x = at_x >> 16, from_y = at_y >> 16;
            if (from_x < 0 || from_x >= image.width || from_y < 0 || from_y >= image.height) continue;
            std::memcpy(pixel(result, x, y), pixel(image, static_cast<int>(from_x), static_cast<int>(from_y)), 3);
        }
    }
    return result;
}

Image rotated(const Image& image, double degrees) {
    double turn = std::fmod(degrees, 360.0);
    if (turn < 0) turn += 360;
    if (turn == 0) return image;
    if (turn == 180) return flipped_horizontally(flipped_vertically(image));
    const double angle = -turn * M_PI / 180, cosine = std::round(std::cos(angle) * 1e15) / 1e15,
                 sine = std::round(std::sin(angle) * 1e15) / 1e15;
    const double centre_x = image.width / 2.0, centre_y = image.height / 2.0;
    return warped(image, {cosine, sine, centre_x - cosine * centre_x - sine * centre_y, -sine, cosine,
                          centre_y + sine * centre_x - cosine * centre_y});
}

}  // namespace goetia
