// Samples for tests of steps that mix images.
#pragma once

#include "testkit/feeding.h"

namespace goetia::testkit {

// A uniform image that is all one object, whose class is the pixel value.
inline Sample uniform_sample(int width, int height, std::uint8_t value, int channels = 3) {
    Sample sample;
    sample.name = fmt::format("{}.png", value);
    sample.image = Image{width, height, channels,
                         std::vector<std::uint8_t>(static_cast<std::size_t>(width) * height * channels, value)};
    sample.instances.resize(1);
    sample.instances[0].label = value;
    sample.instances[0].box = {0, 0, static_cast<float>(width), static_cast<float>(height)};
    return sample;
}

// The same with the object's polygon.
inline Sample polygon_sample(int width, int height, std::uint8_t value, int channels = 3) {
    Sample sample = uniform_sample(width, height, value, channels);
    const auto w = static_cast<float>(width), h = static_cast<float>(height);
    sample.instances[0].polygons = {{0, 0, w, 0, w, h, 0, h}};
    return sample;
}

}  // namespace goetia::testkit
