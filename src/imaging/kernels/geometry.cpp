#include "imaging/kernels/geometry.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace goetia {
namespace {

Image blank(int width, int height, int channels) {
    Image image{width, height, channels, {}};
    image.pixels.resize(static_cast<std::size_t>(width) * height * channels);
    return image;
}

const std::uint8_t* pixel(const Image& image, int x, int y) {
    return image.pixels.data() + (static_cast<std::size_t>(y) * image.width + x) * image.channels;
}
std::uint8_t* pixel(Image& image, int x, int y) {
    return image.pixels.data() + (static_cast<std::size_t>(y) * image.width + x) * image.channels;
}

std::size_t row_bytes(const Image& image) { return static_cast<std::size_t>(image.width) * image.channels; }

// The input index that an index in the border shows; -1: the fill.
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

}  // namespace

Image cropped(const Image& image, const Rect& rect) {
    Image result = blank(rect.width, rect.height, image.channels);
    for (int y = 0; y < rect.height; ++y)
        std::memcpy(pixel(result, 0, y), pixel(image, rect.left, rect.top + y), row_bytes(result));
    return result;
}

Image padded(const Image& image, const Border& border, PaddingMode mode, Colour fill) {
    Image result =
        blank(image.width + border.left + border.right, image.height + border.top + border.bottom, image.channels);
    const std::array<std::uint8_t, 4> outside{fill[0], fill[1], fill[2], 255};
    const auto bytes = static_cast<std::size_t>(image.channels);
    for (int y = 0; y < result.height; ++y) {
        const int from_y = source_place(y - border.top, image.height, mode);
        for (int x = 0; x < result.width; ++x) {
            const int from_x = source_place(x - border.left, image.width, mode);
            std::memcpy(pixel(result, x, y), from_x < 0 || from_y < 0 ? outside.data() : pixel(image, from_x, from_y),
                        bytes);
        }
    }
    return result;
}

Image flipped_horizontally(const Image& image) {
    Image result = blank(image.width, image.height, image.channels);
    const auto bytes = static_cast<std::size_t>(image.channels);
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x)
            std::memcpy(pixel(result, x, y), pixel(image, image.width - 1 - x, y), bytes);
    }
    return result;
}

Image flipped_vertically(const Image& image) {
    Image result = blank(image.width, image.height, image.channels);
    for (int y = 0; y < image.height; ++y)
        std::memcpy(pixel(result, 0, y), pixel(image, 0, image.height - 1 - y), row_bytes(image));
    return result;
}

}  // namespace goetia
