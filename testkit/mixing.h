// Samples of one level, all one object: what steps that mix pictures are tried on.
#pragma once

#include "testkit/feeding.h"

namespace goetia::testkit {

// A picture of one level that is all one object, whose class is that level.
inline Sample plain(int width, int height, std::uint8_t level, int channels = 3) {
    Sample sample;
    sample.name = fmt::format("{}.png", level);
    sample.image = Image{width, height, channels,
                         std::vector<std::uint8_t>(static_cast<std::size_t>(width) * height * channels, level)};
    sample.instances.resize(1);
    sample.instances[0].label = level;
    sample.instances[0].box = {0, 0, static_cast<float>(width), static_cast<float>(height)};
    return sample;
}

// The same with the object's outline.
inline Sample outlined(int width, int height, std::uint8_t level, int channels = 3) {
    Sample sample = plain(width, height, level, channels);
    const auto w = static_cast<float>(width), h = static_cast<float>(height);
    sample.instances[0].polygons = {{0, 0, w, 0, w, h, 0, h}};
    return sample;
}

}  // namespace goetia::testkit
