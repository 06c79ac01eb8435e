// What the tests of steps that mix pictures share.
#pragma once

#include "data/testing_data.h"

namespace goetia::testing_data {

// A picture of one level that is all one object, whose class is that level.
inline Sample plain(int width, int height, std::uint8_t level) {
    Sample sample;
    sample.image =
        Image{width, height, 3, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * height * 3, level)};
    sample.instances.resize(1);
    sample.instances[0].label = level;
    sample.instances[0].box = {0, 0, static_cast<float>(width), static_cast<float>(height)};
    return sample;
}

}  // namespace goetia::testing_data
