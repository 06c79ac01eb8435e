// Pixels: bytes as they are decoded, numbers as the model takes them.
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

// Numbers, channel by channel: what the model takes.
struct Planes {
    int channels = 0;
    int height = 0;
    int width = 0;
    std::vector<float> values;
};

}  // namespace goetia
