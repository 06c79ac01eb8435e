// Pixels: bytes as decoded (Image), floats as the model takes them (Planes).
#pragma once

#include <cstdint>
#include <vector>

namespace goetia {

// Bytes, row by row, channels interleaved (RGB).
struct Image {
    int width = 0;
    int height = 0;
    int channels = 3;
    std::vector<std::uint8_t> pixels;
};

// Floats, channel by channel: the model's input.
struct Planes {
    int channels = 0;
    int height = 0;
    int width = 0;
    std::vector<float> values;
};

}  // namespace goetia
