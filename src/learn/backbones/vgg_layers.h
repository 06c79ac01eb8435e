// The convolutions of VGG (Simonyan and Zisserman, 2014), for the backbone itself and for the one of SSD300.
#pragma once

#include <memory>
#include <vector>

#include "learn/layers/conv2d.h"

namespace goetia {

// How many convolutions each of the five stages has; a pooling that halves the maps ends each. Empty: there is no VGG
// of this depth.
std::vector<int> vgg_stages(std::int64_t depth);

constexpr std::int64_t vgg_channels(std::size_t stage) { return stage < 3 ? std::int64_t{64} << stage : 512; }

// A 3x3 convolution that keeps the size, started as torchvision starts it.
inline std::shared_ptr<Conv2d> vgg_conv(std::int64_t in, std::int64_t out) {
    return std::make_shared<Conv2d>(in, out, 3,
                                    Conv2dOptions{.padding = 1, .start = Conv2dOptions::Start::kNormalFanOut});
}

}  // namespace goetia
