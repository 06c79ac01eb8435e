// Perceptual hash of an image in 64 bits: resizing, another quality or file format change few of them.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>

#include "imaging/sample.h"

namespace goetia {

// The signs of the 64 lowest DCT frequencies of the image as 32 x 32 grey values, each relative to their median.
// Nothing for an image without contrast: all of those look alike.
std::optional<std::uint64_t> perceptual_hash(const Image& image);

// The number of bits in which two hashes differ: 0 to 64.
inline int hash_distance(std::uint64_t a, std::uint64_t b) { return std::popcount(a ^ b); }

}  // namespace goetia
